import { access, constants, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PilotError, unwritable } from '@harbor-pilot/core';

/**
 * The text of a file, or undefined when there is none.
 * @throws PilotError FILE_UNREADABLE when there is something that cannot be read: it must not count as nothing.
 */
export async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new PilotError('FILE_UNREADABLE', `${path} cannot be read`, {
      cause,
      hint: 'Look at the path: it must be a file, and one that you may read.',
    });
  });
}

/**
 * Writes a file, whole or not at all.
 * @param mode who may read it; as the system has it when absent.
 * @throws PilotError FILE_UNWRITABLE
 */
export async function writeWhole(path: string, text: string, mode?: number): Promise<void> {
  const temporary = `${path}.${process.pid}.part`;
  try {
    await writeFile(temporary, text, mode === undefined ? {} : { mode });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    unwritable(path)(cause);
  }
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
