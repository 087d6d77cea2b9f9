import { type FileHandle, open } from 'node:fs/promises';
import { PilotError } from '@harbor-pilot/core';

// The plain part of ustar (POSIX.1-2017, pax, "ustar Interchange Format"): files with short names and nothing else.
const blockBytes = 512;
const fields = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  magic: [257, 8],
  prefix: [345, 155],
} as const;
const largestOctalSize = 0o77777777777;

/** Where a file is in a tar. */
export interface TarFile {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** The header of a file: the same name and size always give the same bytes. */
export function tarHeader(name: string, sizeBytes: number): Buffer {
  const block = Buffer.alloc(blockBytes);
  const write = ([offset]: readonly [number, number], text: string): void => void block.write(text, offset, 'latin1');
  write(fields.name, name);
  write(fields.mode, '0000644\0');
  write(fields.uid, '0000000\0');
  write(fields.gid, '0000000\0');
  write(fields.mtime, '00000000000\0');
  write(fields.type, '0');
  write(fields.magic, 'ustar\x0000');
  if (sizeBytes <= largestOctalSize) write(fields.size, `${sizeBytes.toString(8).padStart(11, '0')}\0`);
  else {
    // Larger than 8 GiB: in binary with the first bit set, as GNU tar and star do.
    block[fields.size[0]] = 0x80;
    block.writeBigUInt64BE(BigInt(sizeBytes), fields.size[0] + 4);
  }
  write(fields.checksum, `${checksumOf(block).toString(8).padStart(6, '0')}\0 `);
  return block;
}

/** What follows a file, up to the next header. */
export function tarPadding(sizeBytes: number): Buffer {
  return Buffer.alloc((blockBytes - (sizeBytes % blockBytes)) % blockBytes);
}

/** What ends a tar. */
export const tarEnd: Buffer = Buffer.alloc(2 * blockBytes);

/**
 * Finds the files of a tar by their headers alone.
 * @param isAllowed whether a name may be in it.
 * @throws PilotError CONTENT_HOSTILE for a name that is not allowed or there twice, and for anything that is no file;
 *   DIGEST_MISMATCH when it is damaged or cut short; FILE_UNREADABLE when it cannot be opened.
 */
export async function indexTar(path: string, isAllowed: (name: string) => boolean): Promise<Map<string, TarFile>> {
  const file = await open(path).catch((cause: unknown) => {
    throw new PilotError('FILE_UNREADABLE', `${path} cannot be read`, { cause, hint: 'Look at the path.' });
  });
  try {
    return await readHeaders(file, path, isAllowed);
  } finally {
    await file.close();
  }
}

async function readHeaders(
  file: FileHandle,
  path: string,
  isAllowed: (name: string) => boolean,
): Promise<Map<string, TarFile>> {
  const { size: totalBytes } = await file.stat();
  const files = new Map<string, TarFile>();
  const block = Buffer.alloc(blockBytes);
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(block, 0, blockBytes, position);
    if (bytesRead < blockBytes) throw damaged(path, 'it ends without an end');
    if (block.every((byte) => byte === 0)) return files;
    const { name, type, sizeBytes } = parseHeader(block, path);
    const offset = position + blockBytes;
    if (type !== '0' || !isAllowed(name)) throw hostile(path, `${JSON.stringify(name)}, which does not belong there`);
    if (files.has(name)) throw hostile(path, `${name} twice`);
    if (offset + sizeBytes > totalBytes) throw damaged(path, `it ends within ${name}`);
    files.set(name, { offset, sizeBytes });
    position = offset + Math.ceil(sizeBytes / blockBytes) * blockBytes;
  }
}

function parseHeader(block: Buffer, path: string): { name: string; type: string; sizeBytes: number } {
  const text = ([offset, length]: readonly [number, number]): string =>
    block.toString('latin1', offset, offset + length).replace(/\0.*$/s, '');
  if (Number.parseInt(text(fields.checksum), 8) !== checksumOf(block)) throw damaged(path, 'a header is not right');
  const isBinary = block[fields.size[0]] === 0x80;
  const sizeBytes = isBinary
    ? Number(block.readBigUInt64BE(fields.size[0] + 4))
    : Number.parseInt(text(fields.size), 8);
  if (!Number.isSafeInteger(sizeBytes)) throw damaged(path, 'a size is no number');
  const prefix = text(fields.prefix);
  return {
    name: prefix === '' ? text(fields.name) : `${prefix}/${text(fields.name)}`,
    type: text(fields.type),
    sizeBytes,
  };
}

/** The sum of all bytes of a header, its own field taken for spaces. */
function checksumOf(block: Buffer): number {
  const [from, length] = fields.checksum;
  return block.reduce((sum, byte, index) => sum + (index >= from && index < from + length ? 0x20 : byte), 0);
}

function damaged(path: string, why: string): PilotError {
  return new PilotError('DIGEST_MISMATCH', `${path} is damaged: ${why}`, {
    hint: 'Copy the file again, or write it again with "push --to-bundle".',
  });
}

function hostile(path: string, what: string): PilotError {
  return new PilotError('CONTENT_HOSTILE', `${path} holds ${what}`, {
    hint: 'It is not a bundle as "push --to-bundle" writes it. Do not use it.',
  });
}
