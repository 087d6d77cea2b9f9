import { PilotError } from '@harbor-pilot/core';

/** Size in bytes of a header, and of the blocks that entries are padded to (POSIX.1-2017, pax, "ustar Interchange Format"). */
export const tarBlockBytes = 512;

/** One header of a tar file. */
export interface TarHeader {
  readonly name: string;
  readonly sizeBytes: number;
  /** `0` for a file, `2` for a symbolic link, `x` and `L` for what belongs to the next entry. */
  readonly type: string;
  readonly linkName: string;
}

/**
 * Reads a header; undefined for a block of zeros, which ends the file.
 * @throws PilotError FILE_UNREADABLE when it is none.
 */
export function parseTarHeader(block: Buffer): TarHeader | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  if (!isTarHeader(block)) {
    throw new PilotError('FILE_UNREADABLE', 'the archive is no tar file, or is damaged', {
      hint: 'Give the file as "docker save" or "skopeo copy" writes it; unpack it first when it is compressed.',
    });
  }
  const isUstar = textAt(block, 257, 6) === 'ustar';
  const prefix = isUstar ? textAt(block, 345, 155) : '';
  const name = textAt(block, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    sizeBytes: numberAt(block, 124, 12),
    type: block[156] === 0 ? '0' : String.fromCharCode(block[156] ?? 0),
    linkName: textAt(block, 157, 100),
  };
}

/** Whether a block is a header: its checksum tells. */
export function isTarHeader(block: Buffer): boolean {
  return block.length === tarBlockBytes && Number.parseInt(textAt(block, 148, 8), 8) === checksum(block);
}

/** The header of a file that anybody may read, without a time. Names have up to 100 bytes. */
export function formatTarHeader(name: string, sizeBytes: number): Buffer {
  const block = Buffer.alloc(tarBlockBytes);
  block.write(name, 0, 100);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  if (sizeBytes < 8 ** 11) block.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124);
  else {
    // More than eleven octal digits hold: a number in base 256, as GNU tar writes it.
    block[124] = 0x80;
    block.writeBigUInt64BE(BigInt(sizeBytes), 128);
  }
  block.write('00000000000\0', 136);
  block.write('0', 156);
  block.write('ustar\u000000', 257);
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** Bytes after an entry up to the next block. */
export function tarPaddingBytes(sizeBytes: number): number {
  return (tarBlockBytes - (sizeBytes % tarBlockBytes)) % tarBlockBytes;
}

/** The sum of all bytes, those of the checksum counted as spaces. */
function checksum(block: Buffer): number {
  return block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}

function textAt(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

function numberAt(block: Buffer, at: number, length: number): number {
  if (((block[at] ?? 0) & 0x80) !== 0) return Number(block.readBigUInt64BE(at + length - 8));
  return Number.parseInt(textAt(block, at, length).trim() || '0', 8);
}
