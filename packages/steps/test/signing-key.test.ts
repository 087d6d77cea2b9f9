import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redact } from '@harbor-pilot/core';
import { generateKeyPair, type KeyPair } from '@harbor-pilot/sign';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSigner, type SignerValues } from '../src/sign/open-signer.ts';
import { splitCommand } from '../src/sign/split-command.ts';
import { readPublicKey } from '../src/signature-key-input.ts';
import { captureRuntime } from './runtime.ts';

let folder: string;
let api: Server;
let pair: KeyPair;
const secrets: Record<string, Record<string, string>> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signing-key-'));
  pair = await generateKeyPair('password-in-the-cluster');
  secrets['shop/signing'] = {
    'cosign.key': pair.privateKeyPem,
    'cosign.pub': pair.publicKeyPem,
    'cosign.password': 'password-in-the-cluster',
  };
  secrets['shop/bare'] = { 'cosign.key': pair.privateKeyPem };
  secrets['shop/other'] = { token: 'a' };
  api = createServer((request, response) => {
    const [, namespace, name] = /^\/api\/v1\/namespaces\/([^/]+)\/secrets\/([^/?]+)/.exec(request.url ?? '') ?? [];
    const data = secrets[`${namespace}/${name}`];
    response.writeHead(data === undefined ? 404 : 200, { 'content-type': 'application/json' });
    const encoded = Object.entries(data ?? {}).map(([field, text]) => [field, Buffer.from(text).toString('base64')]);
    response.end(JSON.stringify({ kind: 'Secret', metadata: { name, namespace }, data: Object.fromEntries(encoded) }));
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  const server = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const kubeconfig = {
    clusters: [{ name: 'one', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'one', user: { token: 'token-of-the-test' } }],
    contexts: [{ name: 'one', context: { cluster: 'one', user: 'one' } }],
    'current-context': 'one',
  };
  await writeFile(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig));
  await writeFile(join(folder, 'cosign.key'), pair.privateKeyPem);
});
afterAll(async () => {
  api.close();
  await rm(folder, { recursive: true, force: true });
});

const values = (given: Partial<SignerValues>): SignerValues => ({
  key: undefined,
  keyPassword: undefined,
  signerCommand: [],
  signerEnvironment: [],
  signerTimeout: 30,
  kubeconfig: 'kubeconfig',
  kubeContext: undefined,
  registry: undefined,
  caCertificate: undefined,
  caFingerprint: undefined,
  ...given,
});
const open = (given: Partial<SignerValues>, environment: Record<string, string> = {}) =>
  openSigner(values(given), captureRuntime(folder, environment));

describe('the key to sign with', () => {
  it.each<[string, Partial<SignerValues>, Record<string, string>]>([
    ['a file', { key: 'cosign.key', keyPassword: 'password-in-the-cluster' }, {}],
    ['a file, with the variable of cosign', { key: 'cosign.key' }, { COSIGN_PASSWORD: 'password-in-the-cluster' }],
    ['a secret with its password', { key: 'k8s://shop/signing', keyPassword: 'another' }, {}],
    ['a secret without a password', { key: 'k8s://shop/bare', keyPassword: 'password-in-the-cluster' }, {}],
  ])('comes from %s', async (_title, given, environment) => {
    const runtime = captureRuntime(folder, environment);
    expect((await openSigner(values(given), runtime)).publicKeyPem).toBe(pair.publicKeyPem);
    expect(runtime.masked).toEqual(['password-in-the-cluster']);
  });

  it.each([
    ['', () => pair.privateKeyPem],
    [' that has the path of a file, as CIs keep files', () => join(folder, 'cosign.key')],
  ])('comes from a variable%s', async (_title, key) => {
    const environment = { KEY: key(), COSIGN_PASSWORD: 'password-in-the-cluster' };
    expect((await open({ key: 'env://KEY' }, environment)).publicKeyPem).toBe(pair.publicKeyPem);
  });

  it('tells what cosign must be told of it', async () => {
    const { privateKeyPem } = await generateKeyPair('', 'ecdsa-p384');
    const runtime = captureRuntime(folder, { KEY: privateKeyPem });
    await openSigner(values({ key: 'env://KEY' }), runtime);
    expect(runtime.lines).toEqual([expect.stringContaining('only with --signature-digest-algorithm sha384')]);
  });

  it('is kept by a command', async () => {
    await writeFile(
      join(folder, 'signer'),
      `#!/bin/sh\ncat <<'END'\n${JSON.stringify({ publicKey: pair.publicKeyPem })}\nEND\n`,
    );
    await chmod(join(folder, 'signer'), 0o755);
    const signer = await open({ signerCommand: ['./signer --key "a b"'] }, { PATH: process.env.PATH ?? '' });
    expect(signer.publicKeyPem).toBe(pair.publicKeyPem);
    await expect(signer.sign(Buffer.from('a'))).rejects.toMatchObject({ code: 'SIGNER_FAILED' });
  });

  it.each<[string, Partial<SignerValues>, string, RegExp]>([
    ['none', {}, 'INPUT_INVALID', /"key" is missing/],
    ['two', { key: 'a', signerCommand: ['b'] }, 'INPUT_INVALID', /"key" and "signer-command" are both given/],
    ['no file', { key: 'absent' }, 'KEY_INVALID', /cannot be read/],
    ['a huge file', { key: '/dev/zero' }, 'KEY_INVALID', /larger than 65536 bytes/],
    ['in a KMS', { key: 'awskms:///alias/release' }, 'KEY_INVALID', /keys of awskms:\/\/ are not read here/],
    ['in an HSM', { key: 'pkcs11:token=a' }, 'KEY_INVALID', /keys of pkcs11: are not read here/],
    ['a folder', { key: '.' }, 'KEY_INVALID', /cannot be read/],
    ['no variable', { key: 'env://ABSENT' }, 'KEY_INVALID', /holds no key/],
    ['no secret', { key: 'k8s://shop/absent' }, 'KEY_INVALID', /no secret absent in the namespace shop/],
    ['no key in it', { key: 'k8s://shop/other' }, 'KEY_INVALID', /has no "cosign.key"/],
    ['no place', { key: 'k8s://shop' }, 'INPUT_INVALID', /does not say where a Kubernetes secret is/],
    ['no cluster', { key: 'k8s://shop/signing', kubeconfig: undefined }, 'INPUT_INVALID', /there is no kubeconfig/],
    ['an open quote', { signerCommand: ['a "b'] }, 'INPUT_INVALID', /quote/],
  ])('is missing: %s', async (_title, given, code, message) => {
    await expect(open(given)).rejects.toMatchObject({ code, message: expect.stringMatching(message) as unknown });
  });
});

describe('the text of a key in place of its path', () => {
  it('is refused and not shown', async () => {
    const failed = open({ key: pair.privateKeyPem });
    await expect(failed).rejects.toMatchObject({ code: 'KEY_INVALID' });
    await expect(failed).rejects.not.toThrow(/BEGIN/);
    expect(redact(pair.privateKeyPem)).not.toContain(pair.privateKeyPem.split('\n')[1]);
  });
});

describe('the key to verify with', () => {
  it('comes from a secret of the cluster that KUBECONFIG names', async () => {
    const runtime = captureRuntime(folder, { KUBECONFIG: join(folder, 'kubeconfig') });
    expect(await readPublicKey('k8s://shop/signing', runtime)).toBe(pair.publicKeyPem);
    const elsewhere = readPublicKey('gcpkms://projects/a', runtime);
    await expect(elsewhere).rejects.toHaveProperty('hint', expect.stringContaining('cosign public-key') as unknown);
    await expect(readPublicKey('k8s://shop/bare', runtime)).rejects.toThrow('has no "cosign.pub"');
  });
});

describe('a command', () => {
  it.each<[readonly string[], readonly string[]]>([
    [['signer'], ['signer']],
    [['  signer --key  a'], ['signer', '--key', 'a']],
    [[`signer "a b" 'c "d' e="f g"''`], ['signer', 'a b', 'c "d', 'e=f g']],
    [['signer $(a) \\ *'], ['signer', '$(a)', '\\', '*']],
    [
      ['signer', 'a b', '"c'],
      ['signer', 'a b', '"c'],
    ],
  ])('%j is %j', (lines, words) => {
    expect(splitCommand('signer-command', lines)).toEqual(words);
  });
});
