import { PilotError } from '@harbor-pilot/core';

const frameMagic = 0xfd2fb528;
/** Frames with any of 16 magic numbers hold no data (RFC 8878, section 3.1.2). */
const skippableMagic = 0x184d2a50;
const blockLimitBytes = 128 * 1024;

/**
 * Cuts zstd data at the ends of its frames (RFC 8878, section 3.1) and leaves out frames without data.
 * Node's decompressor silently ignores what follows the end of a frame in the same chunk; some layers have a frame per file.
 * @throws PilotError CONTENT_HOSTILE when the data has another structure.
 */
export async function* zstdFrames(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const take = reader(source);
  for (let magic = await take(4); magic.length > 0; magic = await take(4)) {
    const number = full(magic, 4).readUInt32LE();
    if (number === frameMagic) yield* frame(magic, take);
    else if ((number & 0xfffffff0) >>> 0 === skippableMagic) await skip(take);
    else throw damaged('no frame begins where one should');
  }
}

/** Gives the next bytes, fewer only at the end of the data. */
type Take = (length: number) => Promise<Buffer>;

function reader(source: AsyncIterable<Buffer>): Take {
  const chunks = source[Symbol.asyncIterator]();
  let rest = Buffer.alloc(0);
  return async (length) => {
    const parts: Buffer[] = [];
    for (let missing = length; missing > 0; ) {
      if (rest.length === 0) {
        const next = await chunks.next();
        if (next.done) break;
        rest = Buffer.from(next.value);
      }
      const part = rest.subarray(0, missing);
      rest = rest.subarray(part.length);
      missing -= part.length;
      parts.push(part);
    }
    return Buffer.concat(parts);
  };
}

async function* frame(magic: Buffer, take: Take): AsyncGenerator<Buffer> {
  const descriptor = full(await take(1), 1);
  const flags = descriptor.readUInt8();
  const isSingleSegment = (flags & 0x20) !== 0;
  const contentSizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  const dictionaryBytes = [0, 1, 2, 4][flags & 3] ?? 0;
  const remaining = (isSingleSegment ? 0 : 1) + dictionaryBytes + contentSizeBytes;
  yield Buffer.concat([magic, descriptor, full(await take(remaining), remaining)]);
  for (let isLast = false; !isLast; ) {
    const header = full(await take(3), 3);
    const word = header.readUIntLE(0, 3);
    isLast = (word & 1) === 1;
    const isRepeated = ((word >> 1) & 3) === 1;
    const sizeBytes = isRepeated ? 1 : word >> 3;
    if (sizeBytes > blockLimitBytes) throw damaged('a block is too long');
    yield Buffer.concat([header, full(await take(sizeBytes), sizeBytes)]);
  }
  if ((flags & 4) !== 0) yield full(await take(4), 4);
}

async function skip(take: Take): Promise<void> {
  let missing = full(await take(4), 4).readUInt32LE();
  while (missing > 0)
    missing -= full(await take(Math.min(missing, blockLimitBytes)), Math.min(missing, blockLimitBytes)).length;
}

function full(bytes: Buffer, length: number): Buffer {
  if (bytes.length === length) return bytes;
  throw damaged('it ends too early');
}

function damaged(why: string): PilotError {
  return new PilotError('CONTENT_HOSTILE', `zstd data cannot be read: ${why}`);
}
