import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { PilotError, unwritable } from '@harbor-pilot/core';
import type { Runtime } from '@harbor-pilot/step-kit';

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

/**
 * Makes sure that the release record can be written once the step has changed something elsewhere.
 * @throws PilotError FILE_UNWRITABLE
 */
export async function requireWritableRecord(file: string, runtime: Runtime): Promise<void> {
  await requireWritable(resolve(runtime.workspace, file));
}

/**
 * Makes sure, before anything else is done, that files can be written into a folder at the end, which is made then if it is
 * not there yet.
 * @throws PilotError FILE_UNWRITABLE
 */
export async function requireWritableFolder(path: string): Promise<void> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) =>
    cause.code === 'ENOENT' ? undefined : unwritable(path)(cause),
  );
  if (found === undefined) return requireWritableFolder(dirname(path));
  if (!found.isDirectory()) {
    throw new PilotError('FILE_UNWRITABLE', `${path} is there, and is no folder`, {
      hint: 'Choose another folder, or remove what is there.',
    });
  }
  await access(path, constants.W_OK).catch(unwritable(path));
}
