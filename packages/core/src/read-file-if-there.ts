import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { unreadable } from './unreadable.ts';

/**
 * The content of a file, or undefined when there is none.
 * @throws PilotError FILE_UNREADABLE when there is something that cannot be read: it must not count as nothing.
 */
export async function readFileIfThere(path: string): Promise<Buffer | undefined> {
  try {
    // Most are not there, and that is known at once; whoever reads a pipe must be able to stop.
    return statSync(path, { throwIfNoEntry: false }) === undefined ? undefined : await readFile(path);
  } catch (cause) {
    return unreadable(path)(cause);
  }
}
