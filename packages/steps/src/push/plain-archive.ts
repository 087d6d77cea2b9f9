import { createReadStream, createWriteStream } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { PilotError, unwritable } from '@harbor-pilot/core';
import { decompress } from '@harbor-pilot/image';
import { compressionOf, openFile } from '@harbor-pilot/oci';

/**
 * The path of an archive that is not compressed: the same, or a copy. Nix and `docker save … | gzip` write compressed ones,
 * of which no part can be read where it is.
 * @param folder for the copy.
 * @throws PilotError FILE_UNREADABLE, FILE_UNWRITABLE
 */
export async function plainArchive(path: string, folder: string, signal: AbortSignal): Promise<string> {
  const compression = compressionOf(await firstBytes(path));
  if (compression !== 'gzip' && compression !== 'zstd') return path;
  const plain = join(folder, `${basename(path)}.tar`);
  await pipeline(decompress(createReadStream(path), compression), createWriteStream(plain), { signal })
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
