import { createPublicKey, type KeyObject } from 'node:crypto';
import { type Digest, digestOf } from '@harbor-pilot/oci';
import { algorithmOf } from './keys/algorithm.ts';
import { damaged, findKeyBlock, unusualKey } from './keys/key-text.ts';

/** A public key of a kind that cosign signs with, and its name. */
export interface PublicKey {
  /** What it has signed, `isSignedBy` of `keys/algorithm.ts` tells. */
  readonly key: KeyObject;
  /** Digest of the key in DER (PKIX). */
  readonly keyId: Digest;
}

/** A public key as node:crypto has it, with its name. */
export function publicKeyOf(key: KeyObject): PublicKey {
  return { key, keyId: digestOf(key.export({ type: 'spki', format: 'der' })) };
}

/** Writes a public key as PEM (PKIX), the form of `cosign.pub`. */
export function formatPublicKey(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

/**
 * Reads a public key in PEM (PKIX or PKCS#1), of a kind that cosign signs with.
 * @throws PilotError KEY_INVALID when the text is something else or the key is of another kind.
 */
export function parsePublicKey(publicKeyPem: string): PublicKey {
  const { label, der } = findKeyBlock(publicKeyPem, 'verification');
  let key: KeyObject;
  try {
    key = createPublicKey({ key: der, format: 'der', type: label === 'PUBLIC KEY' ? 'spki' : 'pkcs1' });
  } catch (error) {
    throw damaged('verification', 'its content is no public key', error);
  }
  if (algorithmOf(key) === undefined) throw unusualKey('verification', key);
  return publicKeyOf(key);
}
