import { ASN1Obj } from '@sigstore/core';

const sequence = 0x10;

/**
 * How many rounds it takes to make the cipher's key from a password: iterations of PBKDF2 and of its forerunners (RFC 8018,
 * appendix A), or what N, r and p of scrypt make together (RFC 7914, 7).
 * @param der an EncryptedPrivateKeyInfo (RFC 5958, 3).
 * @returns undefined when it is none.
 */
export function openingCost(der: Uint8Array): number | undefined {
  try {
    const [algorithm] = ASN1Obj.parseBuffer(Buffer.from(der)).subs;
    return algorithm === undefined ? undefined : highestCost(algorithm);
  } catch {
    return undefined;
  }
}

/** Each set of parameters is a sequence with numbers in it; the last of them may be the length of the key. */
function highestCost({ tag, subs }: ASN1Obj): number {
  if (!tag.isUniversal() || tag.number !== sequence) return 0;
  const numbers = subs.filter((one) => one.tag.isInteger()).map((one) => Number(one.toInteger()));
  const factors = numbers.slice(0, numbers.length > 2 ? 3 : 1);
  const own = factors.reduce((product, one) => product * one, 1);
  return Math.max(own, ...subs.map(highestCost));
}
