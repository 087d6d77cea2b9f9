import { createHash } from 'node:crypto';

/** What a key is for: RFC 7292, appendix B.3. */
export const purposes = { encryption: 1, initialVector: 2, mac: 3 } as const;

/** How keys come from a password. */
export interface Pkcs12KeyOptions {
  readonly hash: string;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly purpose: (typeof purposes)[keyof typeof purposes];
  readonly sizeBytes: number;
}

/** Derives a key from a password as PKCS#12 does for itself (RFC 7292, appendix B.2). */
export function derivePkcs12Key(password: string, options: Pkcs12KeyOptions): Buffer {
  const { hash, salt, iterations, purpose, sizeBytes } = options;
  const blockBytes = hash === 'sha384' || hash === 'sha512' ? 128 : 64;
  const diversifier = Buffer.alloc(blockBytes, purpose);
  const input = Buffer.concat([fill(salt, blockBytes), fill(passwordBytes(password), blockBytes)]);
  const parts: Buffer[] = [];
  for (let size = 0; size < sizeBytes; ) {
    let digest = createHash(hash).update(diversifier).update(input).digest();
    for (let round = 1; round < iterations; round++) digest = createHash(hash).update(digest).digest();
    parts.push(digest);
    size += digest.length;
    addToEachBlock(input, fill(digest, blockBytes), blockBytes);
  }
  return Buffer.concat(parts).subarray(0, sizeBytes);
}

/** UTF-16, big end first, with a zero at the end. */
function passwordBytes(password: string): Buffer {
  return Buffer.from(`${password}\0`, 'utf16le').swap16();
}

/** Bytes repeated up to a whole number of blocks. */
function fill(bytes: Uint8Array, blockBytes: number): Buffer {
  return bytes.length === 0 ? Buffer.alloc(0) : Buffer.alloc(Math.ceil(bytes.length / blockBytes) * blockBytes, bytes);
}

/** Adds a number and one to each block of the input, as big numbers that may overflow. */
function addToEachBlock(input: Buffer, addend: Buffer, blockBytes: number): void {
  for (let start = 0; start < input.length; start += blockBytes) {
    let carry = 1;
    for (let index = blockBytes - 1; index >= 0; index--) {
      carry += (input[start + index] ?? 0) + (addend[index] ?? 0);
      input[start + index] = carry & 0xff;
      carry >>= 8;
    }
  }
}
