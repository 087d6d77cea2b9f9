import { readFile } from 'node:fs/promises';
import { unreadable } from './unreadable.ts';

/**
 * The content of a file, or undefined when there is none.
 * @throws PilotError FILE_UNREADABLE when there is something that cannot be read: it must not count as nothing.
 */
export async function readFileIfThere(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    return unreadable(path)(cause);
  });
}
