import { createPublicKey } from 'node:crypto';
import type { Digest } from '@harbor-pilot/oci';
import { signBytes } from './keys/algorithm.ts';
import { openPrivateKey } from './keys/private-key.ts';
import { formatPublicKey, publicKeyOf } from './public-key.ts';

/** Whoever signs, with a key. */
export interface Signer {
  /** `sha256:` digest of the public key in DER. */
  readonly keyId: Digest;
  /** The key that verifies what this signer signs, PEM (PKIX) as in `cosign.pub`. */
  readonly publicKeyPem: string;
  /** Certificates that say who this is, leaf first, DER; none for a bare key. Read after signing: a keyless signer renews them. */
  readonly certificates?: readonly Uint8Array[];
  /** Signs bytes as cosign does with such a key; a signature of ECDSA is in DER. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/**
 * Opens a private key in PEM of a kind that cosign signs with: ECDSA over P-256, P-384 or P-521, RSA, Ed25519; as cosign
 * encrypts it, PKCS#8 with or without a password, SEC1 or PKCS#1.
 * @param password of an encrypted key; not looked at for a plain key.
 * @throws PilotError KEY_INVALID when the password is wrong, the key is damaged, or it is of another kind.
 */
export async function loadSigner(privateKeyPem: string, password = ''): Promise<Signer> {
  const privateKey = await openPrivateKey(privateKeyPem, password);
  const { key, keyId } = publicKeyOf(createPublicKey(privateKey));
  return { keyId, publicKeyPem: formatPublicKey(key), sign: async (bytes) => signBytes(bytes, privateKey) };
}
