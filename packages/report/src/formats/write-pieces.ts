import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { unwritable } from '@harbor-pilot/core';

/** How much goes to the file at once, in bytes. */
const bufferBytes = 1 << 20;

/** Most bytes that UTF-8 takes for one UTF-16 code unit. */
const bytesPerUnit = 3;

/**
 * Writes text to a file piece by piece, whole or not at all, and its folder where that is missing. The next piece is made
 * when there is room for it: memory does not grow with the file.
 * @throws PilotError FILE_UNWRITABLE
 */
export async function writePieces(path: string, pieces: Iterable<string>, signal?: AbortSignal): Promise<void> {
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await using file = await open(temporary, 'wx');
    await writeAll(file, pieces, signal);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    unwritable(path)(cause);
  }
}

async function writeAll(file: FileHandle, pieces: Iterable<string>, signal: AbortSignal | undefined): Promise<void> {
  const buffer = Buffer.allocUnsafe(bufferBytes);
  let used = 0;
  for (const piece of pieces) {
    if (used + piece.length * bytesPerUnit > bufferBytes) {
      signal?.throwIfAborted();
      await file.writeFile(buffer.subarray(0, used));
      used = 0;
    }
    if (piece.length * bytesPerUnit > bufferBytes) await file.writeFile(piece);
    else used += buffer.write(piece, used);
  }
  await file.writeFile(buffer.subarray(0, used));
}
