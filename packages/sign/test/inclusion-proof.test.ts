import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { isIncluded } from '../src/services/inclusion-proof.ts';

const sha256 = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const leaf = (entry: Buffer) => sha256(Buffer.from([0]), entry);
const node = (left: Buffer, right: Buffer) => sha256(Buffer.from([1]), left, right);
/** The largest power of two that is smaller. */
const split = (size: number) => 2 ** Math.floor(Math.log2(size - 1));

/** RFC 9162, section 2.1.1, as it is written there. */
function rootOf(entries: readonly Buffer[]): Buffer {
  if (entries.length === 1) return leaf(entries[0] ?? Buffer.alloc(0));
  const at = split(entries.length);
  return node(rootOf(entries.slice(0, at)), rootOf(entries.slice(at)));
}

/** RFC 9162, section 2.1.3.1, as it is written there. */
function proofOf(index: number, entries: readonly Buffer[]): Buffer[] {
  if (entries.length === 1) return [];
  const at = split(entries.length);
  const [left, right] = [entries.slice(0, at), entries.slice(at)];
  return index < at ? [...proofOf(index, left), rootOf(right)] : [...proofOf(index - at, right), rootOf(left)];
}

describe('a proof of inclusion', () => {
  it('leads from every entry to the root of trees of any size, and from no other', () => {
    for (let size = 1; size <= 20; size += 1) {
      const entries = Array.from({ length: size }, (_, index) => Buffer.from(`entry ${index}`));
      const root = rootOf(entries);
      for (const [index, entry] of entries.entries()) {
        const proof = { index: BigInt(index), size: BigInt(size), root, hashes: proofOf(index, entries) };
        expect(isIncluded(entry, proof)).toBe(true);
        expect(isIncluded(Buffer.from('another'), proof)).toBe(false);
        expect(isIncluded(entry, { ...proof, index: BigInt(size) })).toBe(false);
        expect(isIncluded(entry, { ...proof, hashes: [...proof.hashes, root] })).toBe(false);
        expect(isIncluded(entry, { ...proof, hashes: proof.hashes.slice(1) })).toBe(size === 1);
        if (size > 1) expect(isIncluded(entry, { ...proof, index: BigInt((index + 1) % size) })).toBe(false);
      }
    }
  });
});
