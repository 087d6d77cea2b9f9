import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { generateKeyPair, importKeyPair, type KeyType, loadSigner, parsePublicKey } from '../src/index.ts';
import { algorithmOf, isSignedBy } from '../src/keys/algorithm.ts';
import { cosignKey, cosignPublicKey } from './cosign-fixture.ts';

const bytes = Buffer.from('what is signed');

/** What `openssl genpkey` makes of a kind. */
function newKey(type: KeyType): KeyObject {
  if (type === 'ed25519') return generateKeyPairSync('ed25519').privateKey;
  const [, size = ''] = type.split('-');
  return type.startsWith('rsa')
    ? generateKeyPairSync('rsa', { modulusLength: Number(size) }).privateKey
    : generateKeyPairSync('ec', { namedCurve: size.replace('p', 'P-') }).privateKey;
}

function pemOf(key: KeyObject, type: 'pkcs8' | 'sec1' | 'pkcs1' | 'spki', passphrase?: string): string {
  const encryption = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  const pem = key.export({ type: type as 'pkcs8', format: 'pem', ...encryption });
  return pem.toString();
}

describe('kinds of keys', () => {
  it.each([
    ['ecdsa-p256', 'ecdsa-sha2-256-nistp256'],
    ['ecdsa-p384', 'ecdsa-sha2-384-nistp384'],
    ['ecdsa-p521', 'ecdsa-sha2-512-nistp521'],
    ['rsa-2048', 'rsa-sign-pkcs1-2048-sha256'],
    ['ed25519', 'ed25519'],
  ] as const)('signs with a generated key of the kind %s', async (type, name) => {
    const pair = await generateKeyPair('correct horse', type);
    const signer = await loadSigner(pair.privateKeyPem, 'correct horse');
    const { key, keyId } = parsePublicKey(pair.publicKeyPem);
    expect([signer.keyId, signer.publicKeyPem]).toEqual([keyId, pair.publicKeyPem]);
    expect(algorithmOf(key)?.name).toBe(name);
    const signature = await signer.sign(bytes);
    expect(isSignedBy(key, bytes, signature)).toBe(true);
    expect(isSignedBy(key, Buffer.from('something else'), signature)).toBe(false);
    expect(isSignedBy(parsePublicKey(cosignPublicKey).key, bytes, signature)).toBe(false);
  });

  it.each([3072, 4096])('tells the algorithm of an RSA key of %d bits', (modulusLength) => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength });
    expect(algorithmOf(publicKey)?.name).toBe(`rsa-sign-pkcs1-${modulusLength}-sha256`);
  });

  it.each(['ecdsa-p384', 'ecdsa-p521'] as const)(
    'takes a hash by SHA-256 for %s, as older cosigns sign, but no other',
    (type) => {
      const key = newKey(type);
      const publicKey = createPublicKey(key);
      expect(isSignedBy(publicKey, bytes, sign('sha256', bytes, key))).toBe(true);
      expect(isSignedBy(publicKey, bytes, sign('sha224', bytes, key))).toBe(false);
    },
  );

  it('takes Ed25519 over a hash, as cosign 3 signs (RFC 8032, 7.3)', () => {
    const seed = '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42';
    const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex');
    const publicKey = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
    const halves = [
      '98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41',
      '31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406',
    ];
    const signature = Buffer.from(halves.join(''), 'hex');
    expect(isSignedBy(publicKey, Buffer.from('abc'), signature)).toBe(true);
    expect(isSignedBy(publicKey, Buffer.from('abd'), signature)).toBe(false);
    expect(isSignedBy(createPublicKey(newKey('ed25519')), Buffer.from('abc'), signature)).toBe(false);
    expect(isSignedBy(publicKey, Buffer.from('abc'), signature.subarray(0, 63))).toBe(false);
    for (const at of [0, 31, 32, 63]) {
      const changed = Buffer.from(signature);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(isSignedBy(publicKey, Buffer.from('abc'), changed)).toBe(false);
    }
    // The same number modulo the order of the base point.
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + order;
    const other = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
    expect(isSignedBy(publicKey, Buffer.from('abc'), Buffer.concat([signature.subarray(0, 32), other]))).toBe(false);
  });

  it('reads every usual form, with a password and without', async () => {
    const ec = newKey('ecdsa-p384');
    const rsa = newKey('rsa-2048');
    const parameters = '-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n';
    const forms: readonly [KeyObject, string, string][] = [
      [ec, pemOf(ec, 'pkcs8'), 'not looked at'],
      [ec, pemOf(ec, 'pkcs8').replaceAll('\n', '\r\n'), ''],
      [ec, pemOf(ec, 'pkcs8').replaceAll('\n', ' '), ''],
      [ec, pemOf(ec, 'pkcs8', 'pw'), 'pw'],
      [ec, pemOf(ec, 'sec1'), ''],
      [ec, parameters + pemOf(ec, 'sec1'), ''],
      [ec, pemOf(ec, 'sec1', 'pw'), 'pw'],
      [rsa, pemOf(rsa, 'pkcs8'), ''],
      [rsa, pemOf(rsa, 'pkcs1'), ''],
      [rsa, pemOf(rsa, 'pkcs1', 'pw'), 'pw'],
    ];
    for (const [key, pem, password] of forms) {
      expect((await loadSigner(pem, password)).publicKeyPem).toBe(pemOf(createPublicKey(key), 'spki'));
    }
    const publicKey = createPublicKey(rsa);
    expect(parsePublicKey(pemOf(publicKey, 'pkcs1')).keyId).toBe(parsePublicKey(pemOf(publicKey, 'spki')).keyId);
  });

  it('turns a key into the files of cosign', async () => {
    const key = newKey('ed25519');
    const pair = await importKeyPair(pemOf(key, 'pkcs8', 'old'), 'old', 'new');
    expect(pair.privateKeyPem).toMatch(/^-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n/);
    expect(pair.publicKeyPem).toBe(pemOf(createPublicKey(key), 'spki'));
    expect((await loadSigner(pair.privateKeyPem, 'new')).publicKeyPem).toBe(pair.publicKeyPem);
  });
});

const ecPem = pemOf(newKey('ecdsa-p256'), 'pkcs8');
const encryptedPem = pemOf(newKey('ecdsa-p256'), 'pkcs8', 'pw');
const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

describe('keys to sign with that cannot be used', () => {
  it.each<[string, () => string, RegExp, RegExp]>([
    ['an empty file', () => ' \n', /is empty/, /content of cosign.key/],
    ['a huge file', () => 'A'.repeat(100_000), /is longer than 65536 characters/, /private key in PEM/],
    ['rubbish', () => 'rubbish', /is no key in PEM/, /private key in PEM/],
    ['a public key', () => cosignPublicKey, /is a public key/, /cosign.key/],
    ['a certificate', () => certificate, /is a certificate/, /private key/],
    ['a request', () => certificate.replaceAll('CERTIFICATE', 'CERTIFICATE REQUEST'), /request/, /another file/],
    ['PGP', () => '-----BEGIN PGP PRIVATE KEY BLOCK-----\n', /a key of PGP/, /keys generate/],
    ['SSH', () => '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n', /a key of SSH/, /keys generate/],
    ['JSON', () => '{"kty":"EC"}', /is JSON/, /JWK/],
    ['base64', () => Buffer.from(ecPem).toString('base64'), /in base64 once more/, /base64 -d/],
    ['DER', () => newKey('ecdsa-p256').export({ type: 'pkcs8', format: 'der' }).toString(), /binary/, /inform DER/],
    ['UTF-16', () => Buffer.from(`\uFEFF${ecPem}`, 'utf16le').toString(), /UTF-16/, /in UTF-8/],
    ['DSA of old', () => '-----BEGIN DSA PRIVATE KEY-----\nMIIB\n', /a DSA key/, /keys generate/],
    [
      'a key without its last line',
      () => ecPem.split('\n').slice(0, 3).join('\n'),
      /last line is missing/,
      /all of the file/,
    ],
    ['a key without a line', () => ecPem.replace(/\n.{64}\n/, '\n'), /damaged: it is cut off/, /all of the file/],
    ['a key with escapes', () => ecPem.replaceAll('\n', '\\n'), /none of base64/, /line breaks/],
    ['a key with other content', () => ecPem.replace(/\nMIG/, '\nMIH'), /damaged/, /all of the file/],
    [
      'RSA of 1024 bits',
      () => pemOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey, 'pkcs8'),
      /RSA 1024/,
      /2048, 3072/,
    ],
    [
      'RSA-PSS',
      () => pemOf(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey, 'pkcs8'),
      /RSA-PSS 2048/,
      /Ed25519/,
    ],
    [
      'secp256k1',
      () => pemOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey, 'pkcs8'),
      /ECDSA secp256k1/,
      /P-256/,
    ],
    ['X25519', () => pemOf(generateKeyPairSync('x25519').privateKey, 'pkcs8'), /X25519/, /Ed25519/],
    ['Ed448', () => pemOf(generateKeyPairSync('ed448').privateKey, 'pkcs8'), /ED448/, /Ed25519/],
    [
      'an exponent of 3',
      () => pemOf(generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).privateKey, 'pkcs8'),
      /exponent 3/,
      /RSA/,
    ],
  ])('says of %s what it is', async (_title, text, message, hint) => {
    await expect(loadSigner(text(), 'pw')).rejects.toMatchObject({
      code: 'KEY_INVALID',
      message: expect.stringMatching(message) as unknown,
      hint: expect.stringMatching(hint) as unknown,
    });
  });

  it.each([
    ['cosign', cosignKey],
    ['PKCS#8', encryptedPem],
    ['SEC1', pemOf(newKey('ecdsa-p256'), 'sec1', 'pw')],
  ])('tells a wrong password of %s from a missing one, and shows nothing of the key', async (_title, key) => {
    const wrong = loadSigner(key, 'not this one');
    await expect(wrong).rejects.toMatchObject({
      code: 'KEY_INVALID',
      message: expect.stringContaining('does not open') as unknown,
    });
    await expect(wrong).rejects.not.toThrow(/not this one/);
    await expect(loadSigner(key)).rejects.toThrow('needs a password');
  });
});

describe('keys to verify with that cannot be used', () => {
  it.each<[string, string, RegExp, RegExp]>([
    ['an empty file', '', /is empty/, /cosign.pub/],
    ['a private key of cosign', cosignKey, /is a private key/, /signing step/],
    ['a private key', ecPem, /is a private key/, /signing step/],
    ['a certificate', certificate, /is a certificate/, /x509 -pubkey/],
    ['a key of SSH', 'ssh-ed25519 AAAAC3Nz', /a key of SSH/, /keys generate/],
    ['a key that is cut off', cosignPublicKey.replace(/\n.{64}\n/, '\n'), /damaged/, /all of the file/],
    [
      'a key of another curve',
      pemOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey, 'spki'),
      /ECDSA secp256k1/,
      /P-256/,
    ],
    ['another kind', pemOf(generateKeyPairSync('x25519').publicKey, 'spki'), /X25519/, /Ed25519/],
  ])('says of %s what it is', (_title, text, message, hint) => {
    expect(() => parsePublicKey(text)).toThrow(
      expect.objectContaining({
        code: 'KEY_INVALID',
        message: expect.stringMatching(message) as unknown,
        hint: expect.stringMatching(hint) as unknown,
      }) as unknown as Error,
    );
  });
});
