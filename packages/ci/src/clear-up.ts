import { rm } from 'node:fs/promises';
import { redact, toPilotError, unwritable } from '@harbor-pilot/core';
import { errorLines } from './error-lines.ts';
import type { LogOut } from './post.ts';

/**
 * Removes folders, and logs out. A folder that stays keeps nobody from the logouts.
 * @returns the exit code of the process.
 */
export async function clearUp(
  folders: readonly string[],
  logouts: readonly unknown[],
  logOut: LogOut,
): Promise<number> {
  let exitCode = 0;
  for (const folder of folders) {
    try {
      await rm(folder, { recursive: true, force: true }).catch(unwritable(folder));
      process.stdout.write(redact(`removed ${folder}\n`));
    } catch (error) {
      const failure = toPilotError(error);
      process.stdout.write(`${errorLines(failure).join('\n')}\n`);
      exitCode = failure.exitCode;
    }
  }
  for (const inputs of logouts) await logOut(inputs as Parameters<LogOut>[0]);
  return exitCode;
}
