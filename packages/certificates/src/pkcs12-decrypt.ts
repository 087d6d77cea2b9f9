import { createDecipheriv, pbkdf2Sync } from 'node:crypto';
import type { BaseBlock } from 'asn1js';
import { identifierOf, membersOf, numberOf, octetsOf } from './der.ts';
import { derivePkcs12Key, purposes } from './pkcs12-key.ts';

const pbes2 = '1.2.840.113549.1.5.13';
const pbeWithSha1And3Des = '1.2.840.113549.1.12.1.3';

const pseudoRandom: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

const ciphers: Readonly<Record<string, { readonly name: string; readonly keyBytes: number }>> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', keyBytes: 32 },
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', keyBytes: 24 },
};

/** A file may not keep the reader busy: OpenSSL and Java use 2048 and 10000. */
const mostIterations = 2_000_000;

/** Decrypts with a password: PBES2 (RFC 8018) with AES or 3DES, and PKCS#12's own 3DES. Throws an Error for anything else. */
export function decryptWithPassword(algorithm: BaseBlock | undefined, encrypted: Buffer, password: string): Buffer {
  const [id, parameters] = membersOf(algorithm);
  const { name, key, iv } = keyFor(identifierOf(id), parameters, password);
  const decipher = createDecipheriv(name, key, iv);
  return Buffer.concat([decipher.update(encrypted), decipher.final()]);
}

/** A count of iterations, refused when it is far more than any program writes. */
export function iterationsOf(block: BaseBlock | undefined): number {
  const iterations = numberOf(block);
  if (iterations >= 1 && iterations <= mostIterations) return iterations;
  throw new Error(`${iterations} iterations are too many`);
}

function keyFor(
  id: string,
  parameters: BaseBlock | undefined,
  password: string,
): { readonly name: string; readonly key: Buffer; readonly iv: Buffer } {
  if (id === pbes2) return keyOfPbes2(parameters, password);
  if (id !== pbeWithSha1And3Des) throw new Error(`its encryption (${id}) is too old or not known`);
  const [salt, iterations] = membersOf(parameters);
  const common = { hash: 'sha1', salt: octetsOf(salt), iterations: iterationsOf(iterations) };
  return {
    name: 'des-ede3-cbc',
    key: derivePkcs12Key(password, { ...common, purpose: purposes.encryption, sizeBytes: 24 }),
    iv: derivePkcs12Key(password, { ...common, purpose: purposes.initialVector, sizeBytes: 8 }),
  };
}

function keyOfPbes2(parameters: BaseBlock | undefined, password: string): ReturnType<typeof keyFor> {
  const [derivation, scheme] = membersOf(parameters);
  const [, derivationParameters] = membersOf(derivation);
  const [salt, iterations, ...optional] = membersOf(derivationParameters);
  const [cipherId, iv] = membersOf(scheme);
  const cipher = ciphers[identifierOf(cipherId)];
  // The length of the key may stand before the function; the cipher tells it, too.
  const functionBlock = optional.find((block) => block.idBlock.tagNumber === 16);
  const hash = functionBlock === undefined ? 'sha1' : pseudoRandom[identifierOf(membersOf(functionBlock)[0])];
  if (cipher === undefined || hash === undefined) throw new Error('its encryption is not known');
  const key = pbkdf2Sync(password, octetsOf(salt), iterationsOf(iterations), cipher.keyBytes, hash);
  return { name: cipher.name, key, iv: octetsOf(iv) };
}
