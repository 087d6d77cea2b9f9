import { pipeline } from 'node:stream/promises';
import type { Harbor } from '../harbor.ts';
import type { Exchange } from '../server/exchange.ts';
import { Refusal } from '../server/refusal.ts';
import { partOf, rangesOf, unmetCondition } from './conditions.ts';
import { digestInvalid, registryFault, registryHeaders } from './faults.ts';
import { digestProblem } from './target.ts';

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
  requireDigest(target.digest);
  const digest = harbor.contents.resolve(target.repository, target.digest);
  if (digest === undefined) throw registryFault(404, fault);
  const sizeBytes = harbor.contents.sizeOf(digest) ?? 0;
  const etag = `"${digest}"`;
  const headers = { ...registryHeaders, 'Docker-Content-Digest': digest, Etag: etag };
  const unmet = unmetCondition(exchange, etag);
  if (unmet !== undefined) return exchange.empty(unmet, headers);
  const ranges = rangesOf(exchange, etag, sizeBytes);
  if (ranges === 'malformed') return exchange.empty(416, headers);
  if (ranges === 'beyond') return exchange.empty(416, { ...headers, 'Content-Range': `bytes */${sizeBytes}` });
  const type = 'application/octet-stream';
  const part = partOf(ranges, sizeBytes, type);
  exchange.response.writeHead(ranges.length === 0 ? 200 : 206, {
    ...headers,
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'max-age=31536000',
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

function requireDigest(digest: string): void {
  if (digestProblem(digest) !== undefined) throw registryFault(400, { ...digestInvalid, detail: {} });
}

/** Takes a blob away from a repository. */
export function deleteBlob(harbor: Harbor, exchange: Exchange, target: BlobTarget): void {
  requireDigest(target.digest);
  if (!harbor.contents.unlink(target.repository, target.digest)) {
    throw registryFault(404, { code: 'BLOB_UNKNOWN', message: 'blob unknown to registry' });
  }
  exchange.empty(202, registryHeaders);
}
