import { rm } from 'node:fs/promises';
import { redact } from '@harbor-pilot/core';
import type { Host } from './host.ts';

/** Name of the state in which the main part of a GitHub action leaves folders for its post part. */
export const foldersState = 'folders-to-remove';

/** The post part of a GitHub action: removes what the main part left behind. Safe to run again. */
export async function runPost(environment: Host['environment'] = process.env): Promise<number> {
  for (const folder of foldersToRemove(environment)) {
    await rm(folder, { recursive: true, force: true });
    process.stdout.write(redact(`removed ${folder}\n`));
  }
  return 0;
}

function foldersToRemove(environment: Host['environment']): readonly string[] {
  const state = environment[`STATE_${foldersState}`];
  if (state === undefined || state === '') return [];
  const folders: unknown = JSON.parse(state);
  return Array.isArray(folders) ? folders.filter((folder): folder is string => typeof folder === 'string') : [];
}
