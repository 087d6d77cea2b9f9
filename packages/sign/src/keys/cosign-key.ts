import { randomBytes, scrypt } from 'node:crypto';
import { asNumber, asObject, asString, parseObject } from '@harbor-pilot/core';
import { damaged, wrongPassword } from './key-text.ts';

/** Cost of turning a password into a key (RFC 7914). */
interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

// What cosign 3.1.3 writes into a key file, and reads back.
const cost: ScryptCost = { N: 65536, r: 8, p: 1 };
const keyLengthBytes = 32;
const nonceLengthBytes = 24;
// A key file decides how much memory its opening takes; a foreign one must not take all of it.
const memoryLimitBytes = 256 * 1024 * 1024;

/** Encrypts a private key (PKCS#8 DER) as `cosign generate-key-pair` does: scrypt and NaCl's secretbox. */
export async function encryptKey(pkcs8: Uint8Array, password: string): Promise<string> {
  const salt = randomBytes(32);
  const nonce = randomBytes(nonceLengthBytes);
  const ciphertext = (await secretbox(password, salt, cost, nonce)).encrypt(pkcs8);
  const document = JSON.stringify({
    kdf: { name: 'scrypt', params: cost, salt: salt.toString('base64') },
    cipher: { name: 'nacl/secretbox', nonce: nonce.toString('base64') },
    ciphertext: Buffer.from(ciphertext).toString('base64'),
  });
  const lines =
    Buffer.from(document)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  const header = 'ENCRYPTED SIGSTORE PRIVATE KEY';
  return `-----BEGIN ${header}-----\n${lines.join('\n')}\n-----END ${header}-----\n`;
}

/**
 * Decrypts what is in the PEM block of a key file of cosign, to PKCS#8 DER.
 * @throws PilotError KEY_INVALID when it is damaged, or the password does not open it.
 */
export async function decryptKey(content: Buffer, password: string): Promise<Uint8Array> {
  const { salt, nonce, ciphertext, params } = parseKeyFile(content);
  const box = await secretbox(password, salt, params, nonce);
  try {
    return box.decrypt(ciphertext);
  } catch (error) {
    throw wrongPassword(password, error);
  }
}

interface KeyFile {
  readonly salt: Buffer;
  readonly nonce: Buffer;
  readonly ciphertext: Buffer;
  readonly params: ScryptCost;
}

function parseKeyFile(content: Buffer): KeyFile {
  const document = parseObject(content.toString());
  if (document === undefined) throw damaged('signing', 'its content is not JSON');
  const kdf = asObject(document.kdf);
  const cipher = asObject(document.cipher);
  const params = parseCost(kdf?.params);
  if (kdf?.name !== 'scrypt' || cipher?.name !== 'nacl/secretbox' || params === undefined) {
    throw damaged('signing', 'it is not encrypted with scrypt and nacl/secretbox at a usual cost');
  }
  const bytes = (value: unknown): Buffer => Buffer.from(asString(value) ?? '', 'base64');
  const file = { salt: bytes(kdf.salt), nonce: bytes(cipher.nonce), ciphertext: bytes(document.ciphertext), params };
  if (file.salt.length === 0 || file.nonce.length !== nonceLengthBytes || file.ciphertext.length <= 16) {
    throw damaged('signing', 'its salt, nonce or content is cut off');
  }
  return file;
}

function parseCost(value: unknown): ScryptCost | undefined {
  const params = asObject(value);
  const [N, r, p] = [asNumber(params?.N), asNumber(params?.r), asNumber(params?.p)];
  if (N === undefined || r === undefined || p === undefined) return undefined;
  const isUsual = [N, r, p].every((number) => Number.isInteger(number) && number > 0) && Number.isInteger(Math.log2(N));
  return isUsual && N > 1 && 128 * N * r * p <= memoryLimitBytes ? { N, r, p } : undefined;
}

/** The cipher is loaded while the key of it is made, which takes much longer. */
async function secretbox(password: string, salt: Uint8Array, params: ScryptCost, nonce: Uint8Array) {
  const [key, { xsalsa20poly1305 }] = await Promise.all([
    deriveKey(password, salt, params),
    import('@noble/ciphers/salsa.js'),
  ]);
  return xsalsa20poly1305(key, nonce);
}

function deriveKey(password: string, salt: Uint8Array, params: ScryptCost): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  scrypt(password, salt, keyLengthBytes, { ...params, maxmem: memoryLimitBytes * 2 }, (error, key) =>
    error === null ? resolve(key) : reject(error),
  );
  return promise;
}
