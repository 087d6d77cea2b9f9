import { open, rename, rm } from 'node:fs/promises';
import { partOf, unwritable } from '@harbor-pilot/core';
import { requireWritable } from '../require-writable.ts';

/** A file that nobody else may read. It is opened before there is a secret, so that this one has a place. */
export interface SecretFile {
  write(text: string): Promise<void>;
  /** Leaves nothing behind unless it was written. */
  close(): Promise<void>;
}

/**
 * Opens it; what is there stays until it is written, whole.
 * @throws PilotError FILE_UNWRITABLE
 */
export async function openSecretFile(path: string): Promise<SecretFile> {
  await requireWritable(path);
  const temporary = partOf(path);
  const file = await open(temporary, 'wx', 0o600).catch(unwritable(path));
  return {
    write: async (text) => {
      await file.writeFile(text);
      await file.sync();
      await rename(temporary, path).catch(unwritable(path));
    },
    close: async () => {
      await file.close();
      await rm(temporary, { force: true });
    },
  };
}
