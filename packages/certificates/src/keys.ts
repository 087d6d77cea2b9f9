import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, type webcrypto } from 'node:crypto';
import { promisify } from 'node:util';
import { describeKey, PilotError, readFileIfThere } from '@harbor-pilot/core';

/** The kinds of key that can be made. */
export const keyTypes = ['ecdsa-p256', 'rsa-2048', 'rsa-3072', 'rsa-4096'] as const;

/** One of {@link keyTypes}. */
export type KeyType = (typeof keyTypes)[number];

/** A key pair as WebCrypto wants it, with the algorithm to sign with. */
export interface SigningKeys {
  readonly publicKey: webcrypto.CryptoKey;
  readonly privateKey: webcrypto.CryptoKey;
  readonly algorithm: { readonly name: string; readonly hash: string; readonly namedCurve?: string };
}

const curves: Readonly<Record<string, { readonly namedCurve: string; readonly hash: string }>> = {
  prime256v1: { namedCurve: 'P-256', hash: 'SHA-256' },
  secp384r1: { namedCurve: 'P-384', hash: 'SHA-384' },
  secp521r1: { namedCurve: 'P-521', hash: 'SHA-512' },
};

const generate = promisify(generateKeyPair);

/** Makes a private key. */
export async function makeKey(type: KeyType): Promise<KeyObject> {
  if (type === 'ecdsa-p256') return (await generate('ec', { namedCurve: 'P-256' })).privateKey;
  return (await generate('rsa', { modulusLength: Number(type.slice('rsa-'.length)) })).privateKey;
}

/** A private key as PKCS#8 in PEM, without a password. */
export function formatKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/**
 * Reads a private key in PEM, or gives undefined when there is no such file.
 * @throws PilotError FILE_UNREADABLE, KEY_INVALID
 */
export async function readKey(path: string): Promise<KeyObject | undefined> {
  const text = await readFileIfThere(path);
  if (text === undefined) return undefined;
  try {
    return createPrivateKey(text);
  } catch (cause) {
    throw new PilotError('KEY_INVALID', `${path} holds no private key in PEM form without a password`, {
      cause,
      hint: 'Put the right key there, or move the file away for a new key to be made.',
    });
  }
}

/**
 * Gives a private key the shape in which certificates are signed with it.
 * @throws PilotError KEY_INVALID when it is neither RSA nor ECDSA on a curve of NIST.
 */
export function toSigningKeys(key: KeyObject): SigningKeys {
  const algorithm = signingAlgorithm(key);
  return {
    algorithm,
    privateKey: key.toCryptoKey(algorithm, false, ['sign']),
    publicKey: createPublicKey(key).toCryptoKey(algorithm, true, ['verify']),
  };
}

function signingAlgorithm(key: KeyObject): SigningKeys['algorithm'] {
  if (key.asymmetricKeyType === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const curve = curves[key.asymmetricKeyDetails?.namedCurve ?? ''];
  if (key.asymmetricKeyType === 'ec' && curve !== undefined) return { name: 'ECDSA', ...curve };
  throw new PilotError('KEY_INVALID', `a key of the type ${describeKey(key)} cannot be used here`, {
    hint: 'Use ECDSA (P-256, P-384, P-521) or RSA.',
  });
}
