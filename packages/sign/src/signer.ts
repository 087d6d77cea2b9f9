import { createPrivateKey, createPublicKey, generateKeyPair as generate, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { PilotError } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import { decryptKey, encryptKey, isEncryptedKey } from './key-file.ts';
import { formatPublicKey, isP256, type PublicKey, publicKeyOf } from './public-key.ts';

/** Whoever signs, with a key. */
export interface Signer {
  /** `sha256:` digest of the public key in DER. */
  readonly keyId: Digest;
  /** The key that verifies what this signer signs, PEM (PKIX) as in `cosign.pub`. */
  readonly publicKeyPem: string;
  /** Certificates that say who this is, leaf first, DER; none for a bare key. Read after signing: a keyless signer renews them. */
  readonly certificates?: readonly Uint8Array[];
  /** Signs bytes with ECDSA P-256 over SHA-256; the signature is in DER. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** A new key pair in the files that cosign writes: `cosign.key` and `cosign.pub`. */
export interface KeyPair {
  readonly privateKeyPem: string;
  readonly publicKeyPem: string;
}

/** Generates an ECDSA P-256 key pair, the private key encrypted with a password as cosign does; an empty password is allowed. */
export async function generateKeyPair(password: string): Promise<KeyPair> {
  const { privateKey, publicKey } = await promisify(generate)('ec', { namedCurve: 'P-256' });
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
  return { privateKeyPem: await encryptKey(pkcs8, password), publicKeyPem: formatPublicKey(publicKey) };
}

/**
 * Opens a private key: cosign's encrypted key file, or plain PKCS#8 in PEM, of an ECDSA P-256 key.
 * @param password of an encrypted key file; not looked at for a plain key.
 * @throws PilotError KEY_INVALID when the password is wrong, the key is damaged, or it is of another kind.
 */
export async function loadSigner(privateKeyPem: string, password = ''): Promise<Signer> {
  const privateKey = await openPrivateKey(privateKeyPem, password);
  if (!isP256(privateKey)) {
    throw new PilotError('KEY_INVALID', `the private key is of type ${privateKey.asymmetricKeyType}, not ECDSA P-256`, {
      hint: 'Generate a key pair with "cosign generate-key-pair".',
    });
  }
  const { key, keyId }: PublicKey = publicKeyOf(createPublicKey(privateKey));
  return {
    keyId,
    publicKeyPem: formatPublicKey(key),
    sign: async (bytes) => sign('sha256', bytes, privateKey),
  };
}

async function openPrivateKey(privateKeyPem: string, password: string): Promise<KeyObject> {
  const isEncrypted = isEncryptedKey(privateKeyPem);
  const key = isEncrypted
    ? ({ key: Buffer.from(await decryptKey(privateKeyPem, password)), format: 'der', type: 'pkcs8' } as const)
    : privateKeyPem;
  try {
    return createPrivateKey(key);
  } catch (error) {
    throw new PilotError('KEY_INVALID', 'the signing key is not a private key in PEM', {
      cause: error,
      hint: privateKeyPem.includes('PUBLIC KEY')
        ? 'This is a public key. Give the content of cosign.key.'
        : 'Give the content of cosign.key, or an ECDSA P-256 key as PKCS#8 in PEM.',
    });
  }
}
