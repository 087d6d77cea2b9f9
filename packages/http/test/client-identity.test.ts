import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClientIdentityParts, parseClientIdentity } from '@harbor-pilot/http';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

const folder = mkdtempSync(join(tmpdir(), 'client-identity-'));
const openssl = (command: string) => execFileSync('openssl', command.split(' '), { cwd: folder, stdio: 'pipe' });
const file = (name: string) => readFileSync(join(folder, name));

beforeAll(() => {
  const curve = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 5';
  openssl(`req -x509 ${curve} -keyout key.pem -out cert.pem -subj /CN=client`);
  openssl('genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out other.pem');
  openssl('pkcs8 -topk8 -in key.pem -out locked.pem -passout pass:s3same');
  openssl('pkcs12 -export -in cert.pem -inkey key.pem -out good.p12 -passout pass:s3same');
  openssl('x509 -in cert.pem -outform der -out cert.der');
});
afterAll(() => rmSync(folder, { recursive: true }));

function parse(certificate: Buffer, more: Partial<ClientIdentityParts> = {}) {
  return parseClientIdentity({ certificate, certificateName: 'client.pem', now: new Date(), ...more });
}

describeWithPeers('a client certificate', ['openssl'], () => {
  it.each([
    ['PEM with the key beside it', () => parse(Buffer.concat([file('cert.pem'), file('key.pem')]))],
    ['PEM with the key before it', () => parse(Buffer.concat([file('key.pem'), file('cert.pem')]))],
    ['PEM with a key of its own', () => parse(file('cert.pem'), { key: file('key.pem').toString() })],
    [
      'a key with a password',
      () => parse(file('cert.pem'), { key: file('locked.pem').toString(), password: 's3same' }),
    ],
    ['PKCS#12', () => parse(file('good.p12'), { password: 's3same' })],
  ])('is read from %s', (_, read) => {
    expect(read().certificate.subject).toBe('CN=client');
  });

  it.each([
    ['no key', () => parse(file('cert.pem')), 'KEY_INVALID', /client\.pem holds a certificate, but no private key/],
    [
      'the key of another',
      () => parse(file('cert.pem'), { key: file('other.pem').toString() }),
      'KEY_INVALID',
      /the client key does not belong to the certificate "CN=client"/,
    ],
    [
      'a key that is none',
      () => parse(file('cert.pem'), { key: 'rubbish' }),
      'KEY_INVALID',
      /no private key in PEM form/,
    ],
    [
      'an encrypted key without its password',
      () => parse(file('cert.pem'), { key: file('locked.pem').toString() }),
      'KEY_INVALID',
      /is encrypted/,
    ],
    [
      'the wrong password of a key',
      () => parse(file('cert.pem'), { key: file('locked.pem').toString(), password: 'wrong' }),
      'KEY_INVALID',
      /the password does not open the key/,
    ],
    ['no password of PKCS#12', () => parse(file('good.p12')), 'KEY_INVALID', /has a password, and none is given/],
    [
      'the wrong password of PKCS#12',
      () => parse(file('good.p12'), { password: 'wrong' }),
      'KEY_INVALID',
      /the password does not open client\.pem/,
    ],
    ['PKCS#12 and a key', () => parse(file('good.p12'), { key: 'x' }), 'INPUT_INVALID', /"client-key" is given/],
    ['DER', () => parse(file('cert.der')), 'INPUT_INVALID', /a certificate in DER form/],
    ['rubbish', () => parse(Buffer.from('rubbish')), 'INPUT_INVALID', /neither PEM nor PKCS#12/],
    ['a key alone', () => parse(file('key.pem')), 'INPUT_INVALID', /no certificate in PEM form/],
    [
      'one that has expired',
      () => parse(file('good.p12'), { password: 's3same', now: new Date(Date.now() + 6 * 86_400_000) }),
      'INPUT_INVALID',
      /"CN=client" in client\.pem has expired on/,
    ],
  ])('is refused: %s', (_, read, code, message) => {
    expect(read).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });
});
