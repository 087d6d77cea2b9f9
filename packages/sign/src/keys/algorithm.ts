import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { isHashSignedBy } from './ed25519ph.ts';

/** How the signatures of one kind of key are made. */
export interface KeyAlgorithm {
  /** As Sigstore names it (sigstore v1.10.8, `pkg/signature/algorithm_registry.go`). */
  readonly name: `${'ecdsa-sha2' | 'rsa-sign-pkcs1'}-${string}` | 'ed25519';
  /** What is signed is the hash of the content; undefined where the algorithm takes the content itself. */
  readonly hash: 'sha256' | 'sha384' | 'sha512' | undefined;
}

/** Those of OpenSSL's curves that cosign signs with, and the hash that it takes for each. */
const ecdsa: Readonly<Record<string, KeyAlgorithm>> = {
  prime256v1: { name: 'ecdsa-sha2-256-nistp256', hash: 'sha256' },
  secp384r1: { name: 'ecdsa-sha2-384-nistp384', hash: 'sha384' },
  secp521r1: { name: 'ecdsa-sha2-512-nistp521', hash: 'sha512' },
};

/** The kinds of keys that cosign 3.1.3 signs with, for hints. */
export const usualKeys =
  'Take an ECDSA key over P-256, P-384 or P-521, an RSA key of 2048, 3072 or 4096 bits, or an Ed25519 key, as cosign does. "harbor-pilot keys generate" makes one.';

/** How keys of this kind sign; undefined when cosign takes no such keys. */
export function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): KeyAlgorithm | undefined {
  if (asymmetricKeyType === 'ed25519') return { name: 'ed25519', hash: undefined };
  if (asymmetricKeyType === 'ec') return ecdsa[asymmetricKeyDetails?.namedCurve ?? ''];
  const bits = asymmetricKeyDetails?.modulusLength ?? 0;
  // goodkey.ValidatePubKey of sigstore takes no other sizes, and no other exponent.
  const isUsual = [2048, 3072, 4096].includes(bits) && asymmetricKeyDetails?.publicExponent === 65_537n;
  return asymmetricKeyType === 'rsa' && isUsual ? { name: `rsa-sign-pkcs1-${bits}-sha256`, hash: 'sha256' } : undefined;
}

/**
 * What `cosign verify --key` 3.1.3 and older ones must be told to verify what such a key signs; undefined when they need
 * nothing. They take every signature for one over a SHA-256 hash, even those that `cosign sign` made.
 */
export function cosignVerifyFlag(publicKeyPem: string): string | undefined {
  const hash = algorithmOf(createPublicKey(publicKeyPem))?.hash ?? 'sha256';
  return hash === 'sha256' ? undefined : `--signature-digest-algorithm ${hash}`;
}

/** Signs as {@link algorithmOf} says; signatures of ECDSA are in DER. */
export function signBytes(bytes: Uint8Array, privateKey: KeyObject): Uint8Array {
  return sign(algorithmOf(privateKey)?.hash, bytes, privateKey);
}

/**
 * Whether a signature over bytes is of a public key, be it of a key pair or of a certificate.
 *
 * Over P-384 and P-521 a hash by SHA-256 counts, too: cosign before version 3 made such signatures, and
 * `cosign verify --key` takes nothing else unless it is told to. Of Ed25519 the variant that signs a hash counts, too:
 * cosign 3 signs so, although its `verify --key` takes only the plain one.
 */
export function isSignedBy(publicKey: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  const algorithm = algorithmOf(publicKey);
  if (algorithm === undefined) return false;
  const hashes = [...new Set([algorithm.hash, algorithm.hash && 'sha256'])];
  if (hashes.some((hash) => verify(hash, bytes, publicKey, signature))) return true;
  return algorithm.name === 'ed25519' && isHashSignedBy(publicKey, bytes, signature);
}
