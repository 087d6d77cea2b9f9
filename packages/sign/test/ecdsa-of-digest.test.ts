import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { isDigestSignedBy } from '../src/prove/ecdsa-of-digest.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
const der = (...numbers: string[]): Buffer => {
  const parts = numbers.map((hex) => Buffer.concat([Buffer.from([2, hex.length / 2]), Buffer.from(hex, 'hex')]));
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
};

describe('a signature over a digest', () => {
  it('counts for the key and the digest that it was made with', () => {
    for (let index = 0; index < 8; index += 1) {
      const signature = sign('sha256', Buffer.from(`text ${index}`), privateKey);
      expect(isDigestSignedBy(publicKey, digestOf(`text ${index}`), signature)).toBe(true);
      expect(isDigestSignedBy(publicKey, digestOf('another text'), signature)).toBe(false);
    }
  });

  it('does not count for another key, nor of another kind or curve', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const larger = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const edwards = generateKeyPairSync('ed25519');
    const text = Buffer.from('text');
    const signature = sign('sha256', text, privateKey);
    expect(isDigestSignedBy(other.publicKey, digestOf('text'), signature)).toBe(false);
    for (const pair of [larger, edwards]) {
      const own = sign(pair === larger ? 'sha256' : null, text, pair.privateKey);
      expect(isDigestSignedBy(pair.publicKey, digestOf('text'), own)).toBe(false);
    }
  });

  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['zeros', der('00', '00')],
    ['r of zero', der('00', '01')],
    ['s of zero', der('01', '00')],
    ['r of the order', der(`00${order}`, '01')],
    ['s of the order', der('01', `00${order}`)],
    ['negative numbers', der('ff', 'ff')],
    ['one number', der('01')],
    ['three numbers', der('01', '01', '01')],
    ['an empty number', der('', '01')],
    ['a wrong length', Buffer.from([0x30, 9, 2, 1, 1, 2, 1, 1])],
    ['something long', Buffer.alloc(10_000, 0x30)],
  ])('does not count when it is %s', (_title, signature) => {
    expect(isDigestSignedBy(publicKey, digestOf('text'), signature)).toBe(false);
  });

  it('does not count with anything behind it, nor with a digest of another length', () => {
    const signature = sign('sha256', Buffer.from('text'), privateKey);
    expect(isDigestSignedBy(publicKey, digestOf('text'), Buffer.concat([signature, Buffer.from([0])]))).toBe(false);
    expect(isDigestSignedBy(publicKey, digestOf('text').subarray(1), signature)).toBe(false);
  });
});
