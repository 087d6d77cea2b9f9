import { parseObject } from '@harbor-pilot/core';
import type { Runtime } from '@harbor-pilot/step-kit';
import { readIfThere } from './user-files.ts';

/** What started a job on GitHub, as GitHub describes it; undefined when that cannot be read. */
export async function readGithubEvent({
  GITHUB_EVENT_PATH: path = '',
}: Runtime['environment']): Promise<Readonly<Record<string, unknown>> | undefined> {
  const text = await readIfThere(path).catch(() => undefined);
  return parseObject(text ?? '');
}
