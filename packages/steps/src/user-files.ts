import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PilotError, readFileIfThere, unwritable } from '@harbor-pilot/core';

/**
 * The text of a file, or undefined when there is none.
 * @throws PilotError FILE_UNREADABLE when there is something that cannot be read: it must not count as nothing.
 */
export async function readIfThere(path: string): Promise<string | undefined> {
  return (await readFileIfThere(path))?.toString();
}

/**
 * Makes sure, before anything else is done, that a file can be written at the end.
 * @throws PilotError FILE_UNWRITABLE
 */
export async function requireWritable(path: string): Promise<void> {
  await access(dirname(path), constants.W_OK).catch(unwritable(path));
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.isFile()) return;
  throw new PilotError('FILE_UNWRITABLE', `${path} is there, and is no file`, {
    hint: 'Choose another path, or remove what is there.',
  });
}
