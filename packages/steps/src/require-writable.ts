import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PilotError, unwritable } from '@harbor-pilot/core';

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
