import { createReadStream, readSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { PilotError, unreadable } from '@harbor-pilot/core';
import type { PassingContent } from './content.ts';
import { createVerifier, type ExpectedContent, verifyingStream } from './digest.ts';

/** Smaller ones cost more calls, larger ones more memory, and neither is faster. */
const chunkBytes = 512 * 1024;

/** A file, or a part of one. */
export interface FilePart {
  readonly path: string;
  readonly offset?: number;
  readonly sizeBytes?: number;
}

/**
 * Opens a file whose parts are read where they are.
 * @throws PilotError FILE_UNREADABLE, also for a folder, and for a pipe, which can be read only once.
 */
export async function openFile(path: string): Promise<FileHandle> {
  // A pipe is not opened: that could wait for ever.
  const found = await stat(path).catch(unreadable(path));
  if (found.isFile()) return open(path).catch(unreadable(path));
  throw new PilotError('FILE_UNREADABLE', `${path} is no file`, {
    hint: 'Give the path of a file: a folder is none, and what comes through a pipe must be written into one first.',
  });
}

/** A stream of a file or a part of one; the file is opened when the first byte is asked for. */
export function readPart({ path, offset = 0, sizeBytes = Number.POSITIVE_INFINITY }: FilePart): Readable {
  // A range of no bytes cannot be said.
  if (sizeBytes === 0) return Readable.from([]);
  return createReadStream(path, { start: offset, end: offset + sizeBytes - 1, highWaterMark: chunkBytes });
}

/**
 * A stream of a file or a part of one, verified while it is read.
 * @throws PilotError DIGEST_MISMATCH through the stream's error.
 */
export function readVerified(part: FilePart, expected: ExpectedContent): Readable {
  return readPart(part).compose(verifyingStream(expected)) as Readable;
}

/**
 * The same for one who only passes it on. Two buffers in turn hold all of it, since fresh memory for each chunk costs as
 * much as hashing it; and it is read without leaving the thread, so that what is hashed and sent is still near at hand.
 * @throws PilotError FILE_UNREADABLE; DIGEST_MISMATCH at the end, or as soon as it is too long.
 */
export async function* passVerified(part: FilePart, expected: ExpectedContent): PassingContent {
  const { path, offset = 0, sizeBytes = Number.POSITIVE_INFINITY } = part;
  const verifier = createVerifier(expected);
  const longest = Math.min(chunkBytes, sizeBytes, (expected.size ?? chunkBytes) + 1);
  const buffers = [Buffer.allocUnsafeSlow(longest), Buffer.allocUnsafeSlow(longest)] as const;
  const file = await openFile(path);
  try {
    for (let done = 0, turn = 0; done < sizeBytes; turn = 1 - turn) {
      const buffer = turn === 0 ? buffers[0] : buffers[1];
      const bytesRead = readSync(file.fd, buffer, 0, Math.min(longest, sizeBytes - done), offset + done);
      if (bytesRead === 0) break;
      done += bytesRead;
      const chunk = buffer.subarray(0, bytesRead);
      verifier.update(chunk);
      yield chunk;
    }
    verifier.end();
  } finally {
    await file.close();
  }
}
