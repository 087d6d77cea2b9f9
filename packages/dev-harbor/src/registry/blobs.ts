import { pipeline } from 'node:stream/promises';
import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { Refusal } from '../server/refusal.ts';
import { registryFault, registryHeaders } from './faults.ts';

interface BlobTarget {
  readonly repository: string;
  readonly digest: string;
}

/** Answers GET and HEAD of a blob, also of a part of it. */
export async function readBlob(harbor: Harbor, exchange: Exchange, target: BlobTarget): Promise<void> {
  const fault = { code: 'BLOB_UNKNOWN', message: 'blob unknown to registry', detail: target.digest };
  // Harbor itself answers HEAD for what it never saw, and leaves the rest to the registry behind it. Of a blob with a
  // digest of another algorithm it sees only the SHA-256 one (v2.15.2, src/server/middleware/blob/put_blob_upload.go).
  const isKnown = harbor.contents.sizeOf(target.digest) !== undefined;
  if (exchange.method === 'HEAD' && !isKnown) throw new Refusal(404, [fault]);
  const digest = harbor.contents.resolve(target.repository, target.digest);
  if (digest === undefined) throw registryFault(404, fault);
  const sizeBytes = harbor.contents.sizeOf(digest) ?? 0;
  const headers = { ...registryHeaders, 'Docker-Content-Digest': digest, Etag: `"${digest}"` };
  if (exchange.header('if-none-match') === `"${digest}"`) return exchange.empty(304, headers);
  const range = rangeOf(exchange.header('range'), sizeBytes);
  if (range === 'malformed') return exchange.empty(416, headers);
  if (range === 'beyond') return exchange.empty(416, { ...headers, 'Content-Range': `bytes */${sizeBytes}` });
  const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
  exchange.response.writeHead(range === undefined ? 200 : 206, {
    ...headers,
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'max-age=31536000',
    'Content-Type': 'application/octet-stream',
    'Content-Length': end - start + 1,
    ...(range === undefined ? {} : { 'Content-Range': `bytes ${start}-${end}/${sizeBytes}` }),
  });
  if (exchange.method === 'HEAD' || sizeBytes === 0) exchange.response.end();
  else await pipeline(harbor.blobFiles.read(digest, { start, end }), exchange.response);
}

/** The bytes that a Range header asks for; undefined for all of them. Only a single range is read. */
function rangeOf(
  header: string | undefined,
  sizeBytes: number,
): { start: number; end: number } | 'malformed' | 'beyond' | undefined {
  if (header === undefined) return undefined;
  const match = /^bytes=(\d*)-(\d*)$/.exec(header);
  if (match === null || (match[1] === '' && match[2] === '')) return 'malformed';
  const last = sizeBytes - 1;
  if (match[1] === '') return { start: Math.max(0, sizeBytes - Number(match[2])), end: last };
  const start = Number(match[1]);
  if (start > last) return 'beyond';
  const end = match[2] === '' ? last : Math.min(Number(match[2]), last);
  return end < start ? 'malformed' : { start, end };
}

/** Takes a blob away from a repository. */
export function deleteBlob(harbor: Harbor, exchange: Exchange, target: BlobTarget): void {
  if (!harbor.contents.unlink(target.repository, target.digest)) {
    throw registryFault(404, { code: 'BLOB_UNKNOWN', message: 'blob unknown to registry' });
  }
  exchange.empty(202, registryHeaders);
}
