import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createPlainServer, type IncomingMessage, type Server } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DevHarbor, startDevHarbor } from '@harbor-pilot/dev-harbor';
import { type Identity, makeIdentity } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openRegistries } from '../src/connect.ts';
import { nothing } from './no-values.ts';
import { captureRuntime } from './runtime.ts';

let folder: string;
let harbor: DevHarbor;
let identity: Identity;
const servers: Server[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trust-'));
  harbor = await startDevHarbor({ dataDirectory: join(folder, 'harbor') });
  identity = await makeIdentity('both');
  await writeFile(join(folder, 'client.pem'), identity.cert);
  await writeFile(join(folder, 'client.key'), identity.key);
});
afterAll(async () => {
  await harbor.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await rm(folder, { recursive: true, force: true });
});

type Values = Partial<typeof nothing>;

async function ping(host: string, values: Values, otherHosts: readonly string[] = []): Promise<readonly string[]> {
  const runtime = captureRuntime(folder, { CLIENT_KEY: identity.key });
  try {
    const given = { ...nothing, registry: host, username: 'admin', password: 'Harbor12345', ...values };
    const { registryFor } = await openRegistries(given, host, runtime, otherHosts);
    await registryFor(otherHosts[0] ?? host).ping();
    return runtime.lines;
  } finally {
    await runtime.end();
  }
}

/** A registry that lets everybody in, and remembers who came. */
async function listen(server: Server): Promise<{ host: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  server.on('request', (request, response) => {
    requests.push(request);
    response.end('{}');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const refused = (code: string, message: RegExp, hint = /./) =>
  expect.objectContaining({ code, message: expect.stringMatching(message), hint: expect.stringMatching(hint) });

describe('ca-certificate: auto', () => {
  const fingerprint = () => new X509Certificate(harbor.caCertificate).fingerprint256;

  it.each([
    ['with colons', () => fingerprint()],
    ['without', () => fingerprint().replaceAll(':', '').toLowerCase()],
    ['as openssl prints it', () => `sha256 Fingerprint=${fingerprint()}`],
    ['as "certificates check" prints it', () => `SHA-256 ${fingerprint()}`],
  ])('asks Harbor for the authority that has the fingerprint, %s', async (_, caFingerprint) => {
    expect(await ping(harbor.host, { caCertificate: 'auto', caFingerprint: caFingerprint() })).toEqual([]);
  });

  it('refuses any other, with both fingerprints, before a password is sent', async () => {
    const caFingerprint = 'ab'.repeat(32);
    await expect(ping(harbor.host, { caCertificate: 'auto', caFingerprint })).rejects.toEqual(
      refused('TLS_UNTRUSTED', new RegExp(`${fingerprint().replaceAll(':', '').toLowerCase()}, not ${caFingerprint}`)),
    );
  });

  it('sends nothing of ours with the question', async () => {
    const server = await listen(createServer(identity));
    const caFingerprint = fingerprint();
    await expect(ping(server.host, { caCertificate: 'auto', caFingerprint })).rejects.toEqual(
      refused('ANSWER_UNEXPECTED', /no certificate of its authority/),
    );
    expect(server.requests.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/api/v2.0/systeminfo/getcert', undefined],
    ]);
  });

  it.each<[string, Values, RegExp]>([
    ['without a fingerprint', { caCertificate: 'auto' }, /"ca-fingerprint" is missing/],
    ['with half a one', { caCertificate: 'auto', caFingerprint: 'ab:cd' }, /no SHA-256 fingerprint/],
    ['with one for a file', { caCertificate: 'ca.crt', caFingerprint: 'ab' }, /"ca-certificate" is not "auto"/],
  ])('is refused %s', async (_, values, message) => {
    await expect(ping(harbor.host, values)).rejects.toEqual(refused('INPUT_INVALID', message));
  });
});

describe('ca-certificate as text', () => {
  it.each([
    ['in one line with "\\n", as in JSON', (pem: string) => pem.replaceAll('\n', '\\n')],
    ['folded, as by ">" of YAML', (pem: string) => pem.replaceAll('\n', ' ')],
    ['indented', (pem: string) => pem.replace(/^/gm, '    ')],
  ])('is understood %s', async (_, mangle) => {
    expect(await ping(harbor.host, { caCertificate: mangle(harbor.caCertificate) })).toEqual([]);
  });
});

describe('a client certificate', () => {
  const strict = () => listen(createServer({ ...identity, ca: identity.cert, requestCert: true }));

  it.each<[string, Values]>([
    ['from files', { clientCertificate: 'client.pem', clientKey: 'client.key' }],
    ['with the key in a variable', { clientCertificate: 'client.pem', clientKey: 'env://CLIENT_KEY' }],
  ])('is shown to the registry, %s', async (_, values) => {
    const server = await strict();
    await ping(server.host, { ...values, caCertificate: identity.cert });
    expect(server.requests).not.toHaveLength(0);
  });

  it('is shown to no other registry', async () => {
    const server = await strict();
    const other = await strict();
    const values = { clientCertificate: `${identity.cert}\n${identity.key}`, caCertificate: identity.cert };
    await expect(ping(server.host, values, [other.host])).rejects.toEqual(
      refused('TLS_UNTRUSTED', /requires a client certificate, and none was given/),
    );
  });

  it('does not go with the question for the authority', async () => {
    const server = await strict();
    const client = { clientCertificate: 'client.pem', clientKey: 'client.key' };
    const values = { ...client, caCertificate: 'auto', caFingerprint: 'ab'.repeat(32) };
    await expect(ping(server.host, values)).rejects.toEqual(
      refused('TLS_UNTRUSTED', /cannot be asked for the certificate of its authority/, /^Give the certificate itself/),
    );
  });

  it.each([
    ['No required SSL certificate was sent', /requires a client certificate, and none was given/],
    ['The SSL certificate error', /does not accept the client certificate/],
    ['The plain HTTP request was sent to HTTPS port', /wants TLS on this port/],
  ])('is missed by nginx, which says: %s', async (title, message) => {
    const server = createPlainServer((_, response) => {
      response
        .writeHead(400, { 'content-type': 'text/html' })
        .end(`<html><head><title>400 ${title}</title></head></html>`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    servers.push(server);
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(ping(host, { plainHttp: true })).rejects.toEqual(refused('TLS_UNTRUSTED', message));
  });

  it.each<[string, Values, string, RegExp]>([
    ['a file that is missing', { clientCertificate: 'none.p12' }, 'FILE_UNREADABLE', /none\.p12 cannot be read/],
    ['no key', { clientCertificate: 'client.pem' }, 'KEY_INVALID', /no private key/],
    ['a key alone', { clientKey: 'client.key' }, 'INPUT_INVALID', /"client-certificate" is not/],
    ['plain HTTP', { clientCertificate: 'client.pem', plainHttp: true }, 'INPUT_INVALID', /are both given/],
  ])('is refused with %s', async (_, values, code, message) => {
    await expect(ping('h.example', values)).rejects.toEqual(refused(code, message));
  });
});

describe('a check that is left out', () => {
  it('is left out for the registry, loudly, and for no other', async () => {
    expect(await ping(harbor.host, { insecure: true })).toEqual([
      expect.stringMatching(/^warning: The certificate of .* is not checked: anybody on the way can read the password/),
    ]);
    const other = await listen(createServer(identity));
    await expect(ping(harbor.host, { insecure: true }, [other.host])).rejects.toMatchObject({ code: 'TLS_UNTRUSTED' });
    expect(other.requests).toEqual([]);
  });

  it('is not left out for hosts that are not named', async () => {
    await expect(ping('h.example', { registry: undefined, insecure: true })).rejects.toEqual(
      refused('INPUT_INVALID', /no registry is named/),
    );
  });

  it('lets plain HTTP be spoken, loudly', async () => {
    const server = await listen(createPlainServer());
    expect(await ping(server.host, { plainHttp: true })).toEqual([
      expect.stringMatching(/^warning: Nothing .* encrypted/),
    ]);
    expect(server.requests).not.toHaveLength(0);
  });
});
