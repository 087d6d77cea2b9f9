import { createHash } from 'node:crypto';

/** What a log shows for one of its entries, with hashes as bytes. */
export interface InclusionProof {
  readonly index: bigint;
  readonly size: bigint;
  readonly root: Buffer;
  readonly hashes: readonly Buffer[];
}

/** Whether a proof leads from an entry to the root of the tree (RFC 9162, section 2.1.3.2). */
export function isIncluded(entry: Uint8Array, { index, size, root, hashes }: InclusionProof): boolean {
  if (index < 0n || index >= size) return false;
  let [place, last] = [index, size - 1n];
  let hash = sha256(Buffer.from([0]), entry);
  for (const other of hashes) {
    if (last === 0n) return false;
    if (place % 2n === 1n || place === last) {
      hash = sha256(Buffer.from([1]), other, hash);
      while (place % 2n === 0n && place !== 0n) [place, last] = [place / 2n, last / 2n];
    } else {
      hash = sha256(Buffer.from([1]), hash, other);
    }
    [place, last] = [place / 2n, last / 2n];
  }
  return last === 0n && hash.equals(root);
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
