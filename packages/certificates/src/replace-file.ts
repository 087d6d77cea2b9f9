import { dirname } from 'node:path';
import { makeFolder, writeWhole } from '@harbor-pilot/core';

/** Mode of files that hold a private key. */
export const secretMode = 0o600;

/** Mode of files that everybody may read. */
export const publicMode = 0o644;

/**
 * Writes a file, whole or not at all and to the disk, and its folder where that is missing.
 * @throws PilotError FILE_UNWRITABLE
 */
export async function replaceFile(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  await makeFolder(dirname(path));
  await writeWhole(path, content, { mode, flush: true });
}
