import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { unwritable } from '@harbor-pilot/core';

/** Mode of files that hold a private key. */
export const secretMode = 0o600;

/** Mode of files that everybody may read. */
export const publicMode = 0o644;

/**
 * Writes a file, whole or not at all, and its folder where that is missing.
 * @throws PilotError FILE_UNWRITABLE
 */
export async function replaceFile(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await using file = await open(temporary, 'wx', mode);
    await file.writeFile(content);
    await file.sync();
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    unwritable(path)(cause);
  }
}
