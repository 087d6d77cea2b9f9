import { rm } from 'node:fs/promises';
import { redact, toPilotError, unwritable } from '@harbor-pilot/core';
import { errorLines } from './error-lines.ts';
import type { Host } from './host.ts';

/** Name of the state in which the main part of a GitHub action leaves folders for its post part. */
export const foldersState = 'folders-to-remove';

/** Name of the state in which it leaves the inputs of each `logout` that is to follow. */
export const logoutsState = 'logouts';

/** Runs the step `logout` with these inputs, by kebab-case name. Says itself what goes wrong. */
export type LogOut = (inputs: Readonly<Record<string, string>>) => Promise<unknown>;

/**
 * The post part of a GitHub action: removes what the main part left behind. Safe to run again. A folder that stays keeps nobody from
 * the logouts.
 * @returns the exit code of the process.
 */
export async function runPost(logOut: LogOut, environment: Host['environment'] = process.env): Promise<number> {
  let exitCode = 0;
  for (const folder of listOf(environment, foldersState).map(String)) {
    try {
      await rm(folder, { recursive: true, force: true }).catch(unwritable(folder));
      process.stdout.write(redact(`removed ${folder}\n`));
    } catch (error) {
      const failure = toPilotError(error);
      process.stdout.write(`${errorLines(failure).join('\n')}\n`);
      exitCode = failure.exitCode;
    }
  }
  for (const inputs of listOf(environment, logoutsState)) await logOut(inputs as Parameters<LogOut>[0]);
  return exitCode;
}

function listOf(environment: Host['environment'], name: string): readonly unknown[] {
  const list: unknown = JSON.parse(environment[`STATE_${name}`] || '[]');
  return Array.isArray(list) ? list : [];
}
