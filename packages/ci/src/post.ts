import type { Host } from './host.ts';

/** Name of the state in which the main part of a GitHub action leaves folders for its post part. */
export const foldersState = 'folders-to-remove';

/** Name of the state in which it leaves the inputs of each `logout` that is to follow. */
export const logoutsState = 'logouts';

/** Runs the step `logout` with these inputs, by kebab-case name. Says itself what goes wrong. */
export type LogOut = (inputs: Readonly<Record<string, string>>) => Promise<unknown>;

/**
 * The post part of a GitHub action: removes what the main part left behind. Safe to run again.
 * @returns the exit code of the process.
 */
export async function runPost(logOut: LogOut, environment: Host['environment'] = process.env): Promise<number> {
  // The main parts load this file, too.
  const { clearUp } = await import('./clear-up.ts');
  return clearUp(listOf(environment, foldersState).map(String), listOf(environment, logoutsState), logOut);
}

function listOf(environment: Host['environment'], name: string): readonly unknown[] {
  const list: unknown = JSON.parse(environment[`STATE_${name}`] || '[]');
  return Array.isArray(list) ? list : [];
}
