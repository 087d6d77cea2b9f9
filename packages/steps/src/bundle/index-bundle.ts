import type { FileHandle } from 'node:fs/promises';
import { PilotError } from '@harbor-pilot/core';
import { openFile, parseTarHeader, type TarHeader, tarBlockBytes, tarPaddingBytes } from '@harbor-pilot/oci';
import { isBundleFile } from './bundle-files.ts';

/** Where a file is in a bundle. */
export interface BundleFile {
  readonly offset: number;
  readonly sizeBytes: number;
}

/**
 * Finds the files of a bundle by their headers alone. It may hold nothing but what we write: no other names, links or
 * folders, no file twice.
 * @throws PilotError CONTENT_HOSTILE when it does; DIGEST_MISMATCH when it is damaged or cut short; FILE_UNREADABLE when it
 *   cannot be opened.
 */
export async function indexBundle(path: string): Promise<ReadonlyMap<string, BundleFile>> {
  const file = await openFile(path);
  try {
    return await readHeaders(file, path);
  } finally {
    await file.close();
  }
}

async function readHeaders(file: FileHandle, path: string): Promise<ReadonlyMap<string, BundleFile>> {
  const { size: totalBytes } = await file.stat();
  const files = new Map<string, BundleFile>();
  const block = Buffer.alloc(tarBlockBytes);
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(block, 0, tarBlockBytes, position);
    if (bytesRead < tarBlockBytes) throw damaged(path, 'it ends without an end');
    const header = readHeader(block, path);
    if (header === undefined) return files;
    const { name, type, sizeBytes } = header;
    const offset = position + tarBlockBytes;
    if (type !== '0' || !isBundleFile(name))
      throw hostile(path, `${JSON.stringify(name)}, which does not belong there`);
    if (files.has(name)) throw hostile(path, `${name} twice`);
    if (!(sizeBytes >= 0 && offset + sizeBytes <= totalBytes)) throw damaged(path, `it ends within ${name}`);
    files.set(name, { offset, sizeBytes });
    position = offset + sizeBytes + tarPaddingBytes(sizeBytes);
  }
}

function readHeader(block: Buffer, path: string): TarHeader | undefined {
  try {
    return parseTarHeader(block);
  } catch (cause) {
    throw damaged(path, 'a header is not right', cause);
  }
}

function damaged(path: string, why: string, cause?: unknown): PilotError {
  return new PilotError('DIGEST_MISMATCH', `${path} is damaged: ${why}`, {
    cause,
    hint: 'Copy the file again, or write it again with "push --to-bundle".',
  });
}

function hostile(path: string, what: string): PilotError {
  return new PilotError('CONTENT_HOSTILE', `${path} holds ${what}`, {
    hint: 'It is not a bundle as "push --to-bundle" writes it. Do not use it.',
  });
}
