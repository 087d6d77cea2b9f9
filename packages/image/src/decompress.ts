import { PassThrough, type Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Compression } from '@harbor-pilot/oci';

/** The first bytes of a stream, fewer when it is shorter; the stream is closed. */
export async function readHead(stream: Readable, sizeBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size >= sizeBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, sizeBytes);
}

/** A stream without its gzip or zstd compression; an error at its source ends it. */
export function decompress(stream: Readable, compression: Compression): Readable {
  const output = decompressor(compression);
  // The reader of the output gets the error: pipeline destroys it with the cause.
  pipeline(stream, output).catch(() => undefined);
  return output;
}

function decompressor(compression: Compression): Transform {
  if (compression === 'gzip') return createGunzip();
  if (compression === 'zstd') return createZstdDecompress();
  return new PassThrough();
}
