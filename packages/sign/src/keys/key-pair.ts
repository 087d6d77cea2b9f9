import { createPublicKey, generateKeyPair as generate, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { formatPublicKey } from '../public-key.ts';
import { encryptKey } from './cosign-key.ts';
import { openPrivateKey } from './private-key.ts';

/** A key pair in the files that cosign writes: `cosign.key` and `cosign.pub`. */
export interface KeyPair {
  readonly privateKeyPem: string;
  readonly publicKeyPem: string;
}

const generators = {
  'ecdsa-p256': () => promisify(generate)('ec', { namedCurve: 'P-256' }),
  'ecdsa-p384': () => promisify(generate)('ec', { namedCurve: 'P-384' }),
  'ecdsa-p521': () => promisify(generate)('ec', { namedCurve: 'P-521' }),
  'rsa-2048': () => promisify(generate)('rsa', { modulusLength: 2048 }),
  'rsa-3072': () => promisify(generate)('rsa', { modulusLength: 3072 }),
  'rsa-4096': () => promisify(generate)('rsa', { modulusLength: 4096 }),
  ed25519: () => promisify(generate)('ed25519'),
} as const;

/** A kind of keys that can be generated. */
export type KeyType = keyof typeof generators;

/** Generates a key pair, the private key encrypted with a password as cosign does; an empty password is allowed. */
export async function generateKeyPair(password: string, type: KeyType = 'ecdsa-p256'): Promise<KeyPair> {
  return keyPairOf((await generators[type]()).privateKey, password);
}

/**
 * Turns a private key in PEM of any form that {@link openPrivateKey} takes into the files of cosign.
 * @param oldPassword of the key that is given.
 * @param password of the new file.
 * @throws PilotError KEY_INVALID
 */
export async function importKeyPair(privateKeyPem: string, oldPassword: string, password: string): Promise<KeyPair> {
  return keyPairOf(await openPrivateKey(privateKeyPem, oldPassword), password);
}

async function keyPairOf(privateKey: KeyObject, password: string): Promise<KeyPair> {
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
  return {
    privateKeyPem: await encryptKey(pkcs8, password),
    publicKeyPem: formatPublicKey(createPublicKey(privateKey)),
  };
}
