import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { generateKeyPair, loadSigner } from '../src/index.ts';
import { parsePublicKey } from '../src/public-key.ts';
import { cosignKey, cosignPublicKey } from './cosign-fixture.ts';

const bytes = Buffer.from('what is signed');

/** The key file with its JSON changed. */
function edited(edit: (document: Record<string, Record<string, unknown>>) => void): string {
  const lines = cosignKey.trim().split('\n');
  const document = JSON.parse(Buffer.from(lines.slice(1, -1).join(''), 'base64').toString());
  edit(document);
  return [lines[0], Buffer.from(JSON.stringify(document)).toString('base64'), lines.at(-1)].join('\n');
}

describe('key pairs', () => {
  it('generates a key pair that signs, in the files of cosign', async () => {
    const pair = await generateKeyPair('correct horse');
    expect(pair.privateKeyPem).toMatch(/^-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n(?:.{1,64}\n)+-----END/);
    const signer = await loadSigner(pair.privateKeyPem, 'correct horse');
    expect(signer.publicKeyPem).toBe(pair.publicKeyPem);
    expect(verify('sha256', bytes, createPublicKey(pair.publicKeyPem), await signer.sign(bytes))).toBe(true);
  });

  it('takes an empty password', async () => {
    const pair = await generateKeyPair('');
    expect((await loadSigner(pair.privateKeyPem)).publicKeyPem).toBe(pair.publicKeyPem);
  });

  it('opens a key of cosign, with the header of today and the older one', async () => {
    const signer = await loadSigner(cosignKey, 'pw');
    expect(signer.publicKeyPem).toBe(cosignPublicKey);
    expect(signer.keyId).toBe(parsePublicKey(cosignPublicKey).keyId);
    const older = await loadSigner(cosignKey.replaceAll('SIGSTORE', 'COSIGN'), 'pw');
    expect(older.keyId).toBe(signer.keyId);
  });

  it('opens a plain PKCS#8 key, also with line ends of Windows', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await expect(loadSigner(pem)).resolves.toBeDefined();
    await expect(loadSigner(cosignKey.replaceAll('\n', '\r\n'), 'pw')).resolves.toBeDefined();
  });
});

describe('keys that cannot be used', () => {
  it('tells a wrong password from a missing one', async () => {
    await expect(loadSigner(cosignKey, 'wrong')).rejects.toMatchObject({
      code: 'KEY_INVALID',
      message: expect.stringContaining('does not open') as unknown,
      hint: expect.stringMatching(/key-password.*HARBOR_PILOT_KEY_PASSWORD/) as unknown,
    });
    await expect(loadSigner(cosignKey)).rejects.toThrow('needs a password');
  });

  it.each<[string, string]>([
    ['cut off', cosignKey.slice(0, 200)],
    ['of other text', cosignKey.replaceAll('eyJ', 'AAA')],
    ['without its content', edited((document) => Object.assign(document, { ciphertext: 'AAAA' }))],
    ['of another cipher', edited((document) => Object.assign(document.cipher ?? {}, { name: 'aes' }))],
    ['with a nonce of another length', edited((document) => Object.assign(document.cipher ?? {}, { nonce: 'AAAA' }))],
    ['that would take all memory', edited((document) => Object.assign(document.kdf?.params ?? {}, { N: 2 ** 40 }))],
    ['with an impossible cost', edited((document) => Object.assign(document.kdf?.params ?? {}, { N: 1000 }))],
  ])('says that a key %s is damaged, whatever the password', async (_title, key) => {
    await expect(loadSigner(key, 'wrong')).rejects.toMatchObject({
      code: 'KEY_INVALID',
      message: expect.stringContaining('damaged') as unknown,
    });
  });

  it('says that a key is damaged whose two parts are of different keys', async () => {
    const newKey = () =>
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'der' });
    // The public part stands at the end.
    const der = Buffer.concat([newKey().subarray(0, -64), newKey().subarray(-64)]);
    const pem = `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----`;
    await expect(loadSigner(pem)).rejects.toMatchObject({
      code: 'KEY_INVALID',
      message: expect.stringContaining('do not belong together') as unknown,
    });
  });

  it.each<[string, number[]]>([
    ['iterations of PBKDF2', [10_000_001]],
    ['iterations of PBKDF2, with the length of the key', [0x7fffffff, 32]],
    ['blocks of scrypt', [16_384, 8, 32_768]],
  ])('says at once that a key has too many %s, for opening it could not be cancelled', async (_title, numbers) => {
    await expect(loadSigner(encryptedKey(numbers), 'pw')).rejects.toMatchObject({
      code: 'KEY_INVALID',
      message: expect.stringMatching(/rounds to open/) as unknown,
    });
    // The usual number of them is only too few for this content.
    await expect(loadSigner(encryptedKey([2048]), 'pw')).rejects.toThrow('does not open');
  });
});

/** PKCS#8 that is encrypted with a key made by some function of the password, as far as that it can be begun to be opened. */
function encryptedKey(numbers: readonly number[]): string {
  const integers = numbers.map((number) => {
    const hex = number.toString(16);
    return tlv(0x02, Buffer.from(`00${hex.padStart(hex.length + (hex.length % 2), '0')}`, 'hex'));
  });
  const oid = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'));
  const [pbes2, aes256] = [oid('2a864886f70d01050d'), oid('60864801650304012a')];
  const derivation = numbers.length > 2 ? oid('2b06010401da47040b') : oid('2a864886f70d01050c');
  const salted = tlv(0x30, derivation, tlv(0x30, tlv(0x04, Buffer.alloc(8)), ...integers));
  const cipher = tlv(0x30, aes256, tlv(0x04, Buffer.alloc(16)));
  const der = tlv(0x30, tlv(0x30, pbes2, tlv(0x30, salted, cipher)), tlv(0x04, Buffer.alloc(32)));
  return `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${der.toString('base64')}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
}

function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, value.length]), value]);
}
