import { createPublicKey, type KeyObject } from 'node:crypto';
import { PilotError } from '@harbor-pilot/core';
import { type Digest, digestOf } from '@harbor-pilot/oci';

/** A P-256 public key and its name. */
export interface PublicKey {
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

/** Whether a key is of the curve that cosign generates: ECDSA over P-256. */
export function isP256(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
}

/**
 * Reads a public key in PEM.
 * @throws PilotError KEY_INVALID when the text is something else or the key is of another kind.
 */
export function parsePublicKey(publicKeyPem: string): PublicKey {
  const hint = 'Give the content of cosign.pub: a PEM block "PUBLIC KEY" with an ECDSA P-256 key.';
  if (publicKeyPem.includes('PRIVATE KEY')) {
    throw new PilotError('KEY_INVALID', 'the verification key is a private key', {
      hint: `${hint} Keep the private key to the signing step.`,
    });
  }
  let key: KeyObject;
  try {
    key = createPublicKey(publicKeyPem);
  } catch (error) {
    throw new PilotError('KEY_INVALID', 'the verification key is not a public key in PEM', { cause: error, hint });
  }
  if (isP256(key)) return publicKeyOf(key);
  throw new PilotError('KEY_INVALID', `the verification key is of type ${key.asymmetricKeyType}, not ECDSA P-256`, {
    hint,
  });
}
