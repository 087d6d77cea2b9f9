import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { type ConnectionOptions, connect, createServer, type TlsOptions } from 'node:tls';
import { systemClock } from '@harbor-pilot/core';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { describe, expect, it } from '@jest/globals';
import { checkCertificates, describeCertificate, requireGood } from '../src/index.ts';
import { create, dayMilliseconds, now, run, temporaryFolder, text } from './site.ts';

const leafFile = 'harbor.example.com.crt';
const password = 'pass word';

function check(
  baseDirectory: string,
  targets: readonly string[],
  options: { days?: number; at?: Date; signal?: AbortSignal } = {},
) {
  return checkCertificates({
    targets,
    baseDirectory,
    minimumDays: options.days ?? 21,
    pkcs12Password: password,
    clock: { ...systemClock, now: () => options.at ?? now },
    signal: options.signal ?? new AbortController().signal,
  });
}

async function listen(server: Server): Promise<AsyncDisposable & { readonly port: number }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const serve = (options: TlsOptions) =>
  listen(
    createServer(options, (socket) => {
      socket.on('error', () => undefined);
      socket.end('hello');
    }).on('tlsClientError', () => undefined),
  );

describe('checkCertificates', () => {
  it('says what a certificate is, and judges its dates', async () => {
    await using folder = await temporaryFolder();
    await create(folder.path);
    const at = (days: number) =>
      check(folder.path, [leafFile], { at: new Date(now.getTime() + days * dayMilliseconds) });
    const [good] = await at(0);
    expect(good).toMatchObject({
      source: leafFile,
      subject: 'CN=harbor.example.com',
      issuer: 'CN=Private CA of harbor.example.com',
      names: ['harbor.example.com', '127.0.0.1'],
      key: 'ECDSA P-256',
      state: 'good',
      daysLeft: 89,
      isAuthority: false,
    });
    expect((await at(80)).map(({ state }) => state)).toEqual(['expiring']);
    expect((await at(91)).map(({ state }) => state)).toEqual(['expired']);
    expect((await at(-1)).map(({ state }) => state)).toEqual(['not-yet-valid']);
    const [expiring] = await at(80);
    expect(expiring === undefined ? [] : describeCertificate(expiring)[1]).toMatch(/expires 20.*Z, in 9 days/);
    expect(() => requireGood(good === undefined ? [] : [good], 21)).not.toThrow();
    expect(() => requireGood(expiring === undefined ? [] : [expiring], 21)).toThrow(
      expect.objectContaining({ code: 'CERTIFICATE_EXPIRING', exitCode: 5 }),
    );
  });

  it('reads folders, without what Kubernetes hides in them and without keys', async () => {
    await using folder = await temporaryFolder();
    await create(folder.path, { pkcs12Password: password });
    await mkdir(folder.file('..2026'));
    await writeFile(folder.file('..2026/tls.crt'), await text(folder.file(leafFile)));
    await symlink('..2026/tls.crt', folder.file('tls.crt'));
    const found = await check(folder.path, ['.']);
    expect(found.map(({ source }) => source)).toEqual([
      'ca.crt',
      leafFile,
      'harbor.example.com.p12',
      'harbor.example.com.p12',
      'tls.crt',
    ]);
  });

  it.each([
    ['nothing.crt', 'FILE_UNREADABLE'],
    ['harbor.example.com.key', 'INPUT_INVALID'],
    ['broken.crt', 'INPUT_INVALID'],
    ['half.pem', 'INPUT_INVALID'],
    ['empty', 'INPUT_INVALID'],
    ['127.0.0.1:1', 'NETWORK_UNREACHABLE'],
  ])('refuses %s with %s', async (target, code) => {
    await using folder = await temporaryFolder();
    await create(folder.path);
    await mkdir(folder.file('empty'));
    await writeFile(folder.file('broken.crt'), 'no certificate');
    await writeFile(folder.file('half.pem'), '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n');
    await expect(check(folder.path, [target])).rejects.toMatchObject({ code });
  });

  it('says how a host is given', async () => {
    await using folder = await temporaryFolder();
    await expect(check(folder.path, ['harbor.example.com'])).rejects.toMatchObject({
      message: 'there is no file or folder harbor.example.com',
      hint: expect.stringContaining('harbor.example.com:443'),
    });
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'looks at a host that wants client certificates, over %s',
    async (version) => {
      await using folder = await temporaryFolder();
      await create(folder.path, { clients: ['ci'] });
      const ca = await text(folder.file('ca.crt'));
      await using server = await serve({
        cert: (await text(folder.file(leafFile))) + ca,
        key: await text(folder.file('harbor.example.com.key')),
        ca,
        requestCert: true,
        rejectUnauthorized: true,
        minVersion: version,
        maxVersion: version,
      });
      const found = await check(folder.path, [`127.0.0.1:${server.port}`]);
      expect(found.map(({ subject }) => subject)).toEqual([
        'CN=harbor.example.com',
        'CN=Private CA of harbor.example.com',
      ]);
      const trusting = { port: server.port, host: '127.0.0.1', ca };
      const client = { cert: await text(folder.file('client-ci.crt')), key: await text(folder.file('client-ci.key')) };
      expect(await greeting({ ...trusting, ...client })).toBe('hello');
      expect(await greeting({ ...trusting, ...client, servername: 'other.example.com' })).toBe(
        'ERR_TLS_CERT_ALTNAME_INVALID',
      );
      expect(await greeting(trusting)).toMatch(/^ERR_SSL|ECONNRESET/);
    },
  );

  it('ends when it is told to', async () => {
    await using folder = await temporaryFolder();
    await using silent = await listen(createTcpServer((socket) => socket.on('error', () => undefined)));
    const reason = new Error('enough');
    const found = check(folder.path, [`127.0.0.1:${silent.port}`], { signal: AbortSignal.abort(reason) });
    await expect(found).rejects.toBe(reason);
  });
});

function greeting(options: ConnectionOptions): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(options);
    socket.on('data', (bytes) => resolve(bytes.toString()));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

describeWithPeers('what openssl wrote', ['openssl'], ({ openssl }) => {
  it.each([
    ['-certpbe', 'AES-256-CBC', '-macalg', 'sha512'],
    ['-certpbe', 'PBE-SHA1-3DES', '-keypbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'],
    ['-certpbe', 'NONE', '-nomac'],
  ])('is read: pkcs12 %s %s', async (...options) => {
    await using folder = await temporaryFolder();
    await create(folder.path);
    const [crt, key, out] = [leafFile, 'harbor.example.com.key', 'made.p12'].map(folder.file);
    const args = ['-export', '-in', `${crt}`, '-inkey', `${key}`, '-certfile', folder.file('ca.crt'), '-out', `${out}`];
    run(openssl, ['pkcs12', ...args, '-passout', `pass:${password}`, ...options]);
    const found = await check(folder.path, ['made.p12']);
    expect(found.map(({ subject }) => subject).sort()).toEqual([
      'CN=Private CA of harbor.example.com',
      'CN=harbor.example.com',
    ]);
  });

  it('is refused with a reason when the password is wrong or the encryption not known', async () => {
    await using folder = await temporaryFolder();
    await create(folder.path);
    const common = ['pkcs12', '-export', '-nokeys', '-in', folder.file(leafFile), '-out', folder.file('made.p12')];
    run(openssl, [...common, '-passout', 'pass:other']);
    await expect(check(folder.path, ['made.p12'])).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('password is wrong'),
    });
    run(openssl, [...common, '-passout', `pass:${password}`, '-certpbe', 'CAMELLIA-256-CBC']);
    await expect(check(folder.path, ['made.p12'])).rejects.toMatchObject({
      message: expect.stringContaining('encryption'),
    });
  });

  it('is read: DER, and several certificates in one file', async () => {
    await using folder = await temporaryFolder();
    await create(folder.path);
    run(openssl, ['x509', '-in', folder.file(leafFile), '-outform', 'der', '-out', folder.file('one.der')]);
    await writeFile(
      folder.file('both.pem'),
      `# ours\n${await text(folder.file(leafFile))}\n${await text(folder.file('ca.crt'))}`,
    );
    expect(await check(folder.path, ['one.der', 'both.pem'])).toHaveLength(3);
  });
});
