import { Readable } from 'node:stream';
import type { Exchange } from '../server/exchange.ts';

/** Bytes of a content from `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The status that ends a request whose If-Match or If-None-Match (RFC 9110, 13.1) does not let it pass; both take lists and `*`. */
export function unmetCondition(exchange: Exchange, etag: string): 304 | 412 | undefined {
  const [wanted, unwanted] = [exchange.header('if-match'), exchange.header('if-none-match')];
  if (wanted && !names(wanted, etag)) return 412;
  return unwanted && names(unwanted.replaceAll('W/', ''), etag) ? 304 : undefined;
}

function names(list: string, etag: string): boolean {
  return list.split(',').some((entry) => ['*', etag].includes(entry.trim()));
}

/** The parts that a Range header asks for; none for everything. Where it asks for more than there is, it counts for nothing. */
export function rangesOf(exchange: Exchange, etag: string, sizeBytes: number): ByteRange[] | 'malformed' | 'beyond' {
  const [header, condition] = [exchange.header('range'), exchange.header('if-range')];
  if (!header || (condition && condition !== etag)) return [];
  if (!header.startsWith('bytes=')) return 'malformed';
  const wanted = header
    .slice('bytes='.length)
    .split(',')
    .map((text) => text.trim());
  const ranges = wanted.filter((text) => text !== '').map((text) => rangeOf(text, sizeBytes));
  if (ranges.includes('malformed')) return 'malformed';
  const within = ranges.filter((range) => typeof range === 'object');
  if (within.length === 0 && ranges.length > 0) return 'beyond';
  const totalBytes = within.reduce((sum, { start, end }) => sum + end - start + 1, 0);
  return totalBytes > sizeBytes ? [] : within;
}

function rangeOf(text: string, sizeBytes: number): ByteRange | 'malformed' | 'beyond' {
  const [, from = '', to = ''] = /^(\+?\d+|)\s*-\s*(\+?\d+|)$/.exec(text) ?? [];
  const last = sizeBytes - 1;
  if (from === '') return to === '' ? 'malformed' : { start: Math.max(0, sizeBytes - Number(to)), end: last };
  const start = Number(from);
  if (start > last) return 'beyond';
  const end = to === '' ? last : Math.min(Number(to), last);
  return end < start ? 'malformed' : { start, end };
}

const boundary = 'c0ffee5eedc0ffee5eedc0ffee5eedc0ffee5eedc0ffee5eedc0ffee5eed';

/** The headers and the content of an answer with some parts of a content, or with all of it when there are none. */
export function partOf(
  ranges: readonly ByteRange[],
  sizeBytes: number,
  type: string,
): {
  readonly headers: Readonly<Record<string, string | number>>;
  readonly content: (read: (range: ByteRange) => Readable) => AsyncIterable<Buffer | string>;
} {
  const placeOf = ({ start, end }: ByteRange) => `bytes ${start}-${end}/${sizeBytes}`;
  const [range = { start: 0, end: sizeBytes - 1 }, second] = ranges;
  if (second === undefined) {
    const lengths = { 'Content-Length': range.end - range.start + 1 };
    const headers = ranges.length === 0 ? lengths : { ...lengths, 'Content-Range': placeOf(range) };
    // The last zero bytes are a part, too.
    return { headers, content: (read) => (range.end < range.start ? Readable.from([]) : read(range)) };
  }
  const heads = ranges.map((one, index) => {
    const lineEnd = index === 0 ? '' : '\r\n';
    return `${lineEnd}--${boundary}\r\nContent-Range: ${placeOf(one)}\r\nContent-Type: ${type}\r\n\r\n`;
  });
  const tail = `\r\n--${boundary}--\r\n`;
  const contentBytes = ranges.reduce((sum, { start, end }) => sum + end - start + 1, 0);
  return {
    headers: {
      'Content-Type': `multipart/byteranges; boundary=${boundary}`,
      'Content-Length': contentBytes + heads.join('').length + tail.length,
    },
    async *content(read) {
      for (const [index, one] of ranges.entries()) {
        yield heads[index] ?? '';
        yield* read(one);
      }
      yield tail;
    },
  };
}
