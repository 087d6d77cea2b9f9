import { rm, stat } from 'node:fs/promises';
import { PilotError, writeWhole } from '@harbor-pilot/core';
import type { KeyPair } from '@harbor-pilot/sign';
import { requireWritable } from '../require-writable.ts';

/** Where the files of a key pair are, and whether they may take the place of others. */
export interface KeyFiles {
  /** Undefined when the private key is kept elsewhere. */
  readonly keyPath: string | undefined;
  readonly publicPath: string;
  readonly force: boolean;
}

/**
 * Makes sure that the files can be written, and overwrite nothing: a key that is gone cannot be made again.
 * @throws PilotError FILE_UNWRITABLE
 */
export async function requirePlace({ keyPath, publicPath, force }: KeyFiles): Promise<void> {
  for (const path of [keyPath, publicPath]) {
    if (path === undefined) continue;
    await requireWritable(path);
    const isThere = await stat(path).then(
      () => true,
      () => false,
    );
    if (!isThere || force) continue;
    throw new PilotError('FILE_UNWRITABLE', `${path} is there already`, {
      hint: 'Choose another name (out), or replace it (force): what the old key has signed cannot be verified with the new one.',
    });
  }
}

/**
 * Writes a key pair, the private key for nobody else to read.
 * @throws PilotError FILE_UNWRITABLE
 */
export async function writeKeyFiles(pair: KeyPair, { keyPath, publicPath, force }: KeyFiles): Promise<void> {
  if (keyPath !== undefined) await writeWhole(keyPath, pair.privateKeyPem, { mode: 0o600, flush: true });
  await writeWhole(publicPath, pair.publicKeyPem).catch(async (error: unknown) => {
    if (keyPath !== undefined && !force) await rm(keyPath, { force: true });
    throw error;
  });
}
