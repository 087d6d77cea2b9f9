import { createReadStream, createWriteStream } from 'node:fs';
import { basename, join } from 'node:path';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { PilotError, unwritable } from '@harbor-pilot/core';
import { openFile } from '@harbor-pilot/oci';

/**
 * The path of an archive that is not compressed: the same, or a copy. Nix and `docker save … | gzip` write compressed ones, of which
 * no part can be read where it is.
 * @param folder for the copy.
 * @throws PilotError FILE_UNREADABLE, FILE_UNWRITABLE
 */
export async function plainArchive(path: string, folder: string, signal: AbortSignal): Promise<string> {
  const decompressor = decompressorOf(await firstBytes(path));
  if (decompressor === undefined) return path;
  const plain = join(folder, `${basename(path)}.tar`);
  await pipeline(createReadStream(path), decompressor, createWriteStream(plain), { signal })
    .catch(unwritable(plain))
    .catch((cause: unknown) => {
      signal.throwIfAborted();
      if (cause instanceof PilotError) throw cause;
      throw new PilotError('FILE_UNREADABLE', `the archive ${path} cannot be decompressed`, {
        cause,
        hint: 'Write it again; it is damaged or cut off.',
      });
    });
  return plain;
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await openFile(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer;
  } finally {
    await file.close();
  }
}

function decompressorOf(magic: Buffer): Transform | undefined {
  if (magic.subarray(0, 2).toString('hex') === '1f8b') return createGunzip();
  return magic.toString('hex') === '28b52ffd' ? createZstdDecompress() : undefined;
}
