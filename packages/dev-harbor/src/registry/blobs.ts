import { pipeline } from 'node:stream/promises';
import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { Refusal } from '../server/refusal.ts';
import { partOf, rangesOf, unmetCondition } from './conditions.ts';
import { registryFault, registryHeaders } from './faults.ts';

interface BlobTarget {
  readonly repository: string;
  readonly digest: string;
}

/** Answers GET and HEAD of a blob, also of parts of it. */
export async function readBlob(harbor: Harbor, exchange: Exchange, target: BlobTarget): Promise<void> {
  const fault = { code: 'BLOB_UNKNOWN', message: 'blob unknown to registry', detail: target.digest };
  // Harbor itself answers HEAD for what it never saw, and leaves the rest to the registry behind it. Of a blob with a
  // digest of another algorithm it sees only the SHA-256 one (v2.15.2, src/server/middleware/blob/put_blob_upload.go).
  const isKnown = harbor.contents.sizeOf(target.digest) !== undefined;
  if (exchange.method === 'HEAD' && !isKnown) throw new Refusal(404, [fault]);
  const digest = harbor.contents.resolve(target.repository, target.digest);
  if (digest === undefined) throw registryFault(404, fault);
  const sizeBytes = harbor.contents.sizeOf(digest) ?? 0;
  const etag = `"${digest}"`;
  const caching = { 'Cache-Control': 'max-age=31536000', Etag: etag };
  const headers = { ...registryHeaders, ...caching, 'Docker-Content-Digest': digest };
  const type = 'application/octet-stream';
  // The real registry names the blob's length to GET as well, sends nothing, and hangs up.
  const length = exchange.method === 'HEAD' ? { 'Content-Length': sizeBytes } : {};
  const unmet = unmetCondition(exchange, etag);
  if (unmet === 304) return exchange.empty(304, headers);
  if (unmet === 412) return exchange.empty(412, { ...headers, ...length, 'Content-Type': type });
  const ranges = rangesOf(exchange, etag, sizeBytes);
  if (typeof ranges === 'string') {
    const place = ranges === 'beyond' ? { 'Content-Range': `bytes */${sizeBytes}` } : {};
    return exchange.empty(416, { ...headers, ...length, ...place, 'Content-Type': 'text/plain; charset=utf-8' });
  }
  const part = partOf(ranges, sizeBytes, type);
  exchange.response.writeHead(ranges.length === 0 ? 200 : 206, {
    ...headers,
    'Accept-Ranges': 'bytes',
    'Content-Type': type,
    ...part.headers,
  });
  if (exchange.method === 'HEAD' || sizeBytes === 0) exchange.response.end();
  else
    await pipeline(
      part.content((range) => harbor.blobFiles.read(digest, range)),
      exchange.response,
    );
}

/** Takes a blob away from a repository. */
export function deleteBlob(harbor: Harbor, exchange: Exchange, target: BlobTarget): void {
  if (!harbor.contents.unlink(target.repository, target.digest)) {
    throw registryFault(404, { code: 'BLOB_UNKNOWN', message: 'blob unknown to registry' });
  }
  exchange.empty(202, registryHeaders);
}
