import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import { executeStep, loginStep } from '@harbor-pilot/steps';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Authority, createAuthority, serve, type TestServer } from '../../packages/http/test/servers.ts';
import { type CapturedRuntime, captureRuntime } from '../../packages/steps/test/runtime.ts';

let folder: string;
let root: Authority;
let intermediate: Authority;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'connection-'));
  root = await createAuthority('Acme Root');
  intermediate = await root.delegate('Acme Issuing CA');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const password = 'C4nary$ %+/"pass';

/** How a login ended, and how long it waited between its tries. */
interface Ended extends CapturedRuntime {
  readonly error: PilotError | undefined;
  readonly waits: readonly number[];
}

async function login(
  inputs: Readonly<Record<string, string>>,
  environment: Record<string, string> = {},
): Promise<Ended> {
  const waits: number[] = [];
  const sleep = async (milliseconds: number): Promise<void> => {
    waits.push(milliseconds);
  };
  const runtime = { ...captureRuntime(folder, environment), clock: { now: () => new Date(), sleep } };
  const given: Readonly<Record<string, string>> = { username: 'robot$acme+ci', password, ...inputs };
  try {
    await executeStep(loginStep, runtime, [(name) => given[name]]);
    return { ...runtime, error: undefined, waits };
  } catch (error) {
    if (error instanceof PilotError) return { ...runtime, error, waits };
    throw error;
  } finally {
    await runtime.end();
  }
}

const text = ({ error, lines }: Ended): string => [error?.message, error?.hint, ...lines].join('\n');

/** A registry that takes every password, by Basic authentication. */
const registry: RequestListener = ({ headers }, answer) => {
  if (headers.authorization !== undefined) return answer.end('{}');
  return answer.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
};

describe('row 14: a registry whose certificate is not to be trusted', () => {
  const issued = async (issue = {}, by = root): Promise<TestServer> => serve(registry, await by.issue(issue));
  const cases: readonly (readonly [string, () => Promise<TestServer>, readonly RegExp[]])[] = [
    [
      'has expired',
      () => issued({ daysLeft: -2 }),
      [/it has expired; it was valid until \d{4}-\d\d-\d\d/, /"CN=Acme Root"/],
    ],
    [
      'is signed by itself',
      () => serve(registry, { cert: root.pem, key: root.key }),
      [/signed by itself/, /"CN=Acme Root"/],
    ],
    [
      'is for another host',
      () => issued({ names: ['core.harbor.test'] }),
      [/other names than 127\.0\.0\.1/, /DNS:core\.harbor\.test/],
    ],
    ['has an incomplete chain', () => issued({}, intermediate), [/the chain is incomplete: "CN=Acme Issuing CA"/]],
    ['speaks plain HTTP', () => serve(registry), [/probably plain HTTP/, /plain-http/]],
    [
      'wants a client certificate',
      async () => serve(registry, { ...(await root.issue()), ca: root.pem, requestCert: true }),
      [/requires a client certificate, and none was given/, /"client-certificate"/],
    ],
  ];
  const texts = new Set<string>();

  it.each(cases)('%s', async (name, start, facts) => {
    await using server = await start();
    let connections = 0;
    server.server.on('connection', () => {
      connections += 1;
    });
    // Another authority where the certificate is one itself.
    const authority = name === 'is signed by itself' ? intermediate : root;
    const ended = await login({ registry: server.host, 'ca-certificate': authority.pem });
    expect(ended.error).toMatchObject({ code: 'TLS_UNTRUSTED', exitCode: 4 });
    for (const fact of [...facts, new RegExp(server.host)]) expect(text(ended)).toMatch(fact);
    expect(text(ended)).not.toMatch(/NODE_TLS_REJECT_UNAUTHORIZED|rejectUnauthorized/);
    // One to log in, and one or two to look at the certificate: nobody tries again.
    expect([ended.waits, connections <= 3]).toEqual([[], true]);
    for (const { headers } of server.requests) expect(headers.authorization).toBeUndefined();
    texts.add((ended.error?.message ?? '').replaceAll(server.host, '').replace(/its subject.*/, ''));
  });

  it('has a text for each of these causes', () => {
    expect(texts.size).toBe(cases.length);
  });
});

describe('row 15: a client certificate', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('that is missing is asked for, with %s', async (maxVersion) => {
    const identity = { ...(await root.issue()), ca: root.pem, requestCert: true, maxVersion };
    await using server = await serve(registry, identity);
    const ended = await login({ registry: server.host, 'ca-certificate': root.pem });
    expect(ended.error).toMatchObject({
      code: 'TLS_UNTRUSTED',
      message: `${server.host} requires a client certificate, and none was given`,
    });
    const { cert, key } = await root.issue({ subject: 'client' });
    const given = { 'client-certificate': cert, 'client-key': 'env://CLIENT_KEY', 'ca-certificate': root.pem };
    expect(await login({ registry: server.host, ...given }, { CLIENT_KEY: key })).toMatchObject({ error: undefined });
  });

  it('with the key of another, or an authority that is none, is known before anything is sent', async () => {
    await using server = await serve(registry, await root.issue());
    const [{ cert }, { key }] = [await root.issue({ subject: 'client' }), await root.issue()];
    const inputs = { registry: server.host, 'client-certificate': cert, 'client-key': 'env://CLIENT_KEY' };
    const mismatched = await login({ ...inputs, 'ca-certificate': root.pem }, { CLIENT_KEY: key });
    expect(mismatched.error).toMatchObject({
      code: 'KEY_INVALID',
      exitCode: 2,
      message: expect.stringContaining('"CN=client"'),
    });
    await writeFile(join(folder, 'rubbish.crt'), 'rubbish');
    for (const [file, exitCode] of [
      ['rubbish.crt', 2],
      ['nowhere.crt', 2],
    ] as const) {
      const bad = await login({ registry: server.host, 'ca-certificate': join(folder, file) });
      expect([bad.error?.exitCode, bad.error?.message]).toEqual([exitCode, expect.stringContaining(file)]);
    }
    expect(server.requests).toEqual([]);
  });
});

describe('row 16: "insecure"', () => {
  const bearer =
    (realmOf: (host: string) => string): RequestListener =>
    ({ headers, url }, answer) => {
      if (url?.startsWith('/token') === true) return answer.end('{"token":"t"}');
      if (headers.authorization === 'Bearer t') return answer.end('{}');
      const challenge = `Bearer realm="${realmOf(headers.host ?? '')}",service="registry"`;
      return answer.writeHead(401, { 'www-authenticate': challenge }).end();
    };

  it('is for the named registry and its own token service, and loud', async () => {
    await using server = await serve(
      bearer((host) => `https://${host}/token`),
      await root.issue(),
    );
    const ended = await login({ registry: server.host, insecure: 'true' });
    expect(ended.error).toBeUndefined();
    expect(ended.lines.filter((line) => line.startsWith('warning: '))).toEqual([
      expect.stringMatching(new RegExp(`${server.host}.*anybody`)),
    ]);
  });

  it('is for no other registry of the list, and for no token service elsewhere', async () => {
    await using other = await serve(registry, await root.issue());
    await using server = await serve(registry, await root.issue());
    const list = JSON.stringify([{ registry: other.host, username: 'u', password: 'another-password' }]);
    const listed = await login({ registry: server.host, insecure: 'true', 'registry-auth': list });
    expect(listed.error).toMatchObject({ code: 'TLS_UNTRUSTED', message: expect.stringContaining(other.host) });
    await using elsewhere = await serve(
      bearer(() => `https://${other.host}/token`),
      await root.issue(),
    );
    expect((await login({ registry: elsewhere.host, insecure: 'true' })).error).toMatchObject({
      code: expect.stringMatching(/TLS_UNTRUSTED|AUTH_FAILED/),
      message: expect.stringContaining(other.host),
    });
    expect(other.requests).toEqual([]);
  });
});

describe('row 17: a registry that cannot be reached', () => {
  const closed = async (host = '127.0.0.1'): Promise<string> => {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return `${host.includes(':') ? `[${host}]` : host}:${port}`;
  };
  const unreachable = (host: string, phase: RegExp, ended: Ended): void => {
    expect(ended.error).toMatchObject({ code: 'NETWORK_UNREACHABLE', exitCode: 4 });
    expect(ended.error?.message).toContain(host);
    expect(ended.error?.message).toMatch(phase);
    expect(text(ended)).not.toContain('C4nary');
  };

  it('has a name that nobody knows', async () => {
    unreachable('registry.invalid', /name/, await login({ registry: 'registry.invalid' }));
  });

  it.each(['127.0.0.1', '::1'])('has a closed port at %s', async (address) => {
    const host = await closed(address);
    unreachable(host, /it refuses connections/, await login({ registry: host }));
  });

  it('is behind a proxy that refuses, or cannot be reached, whose password is not shown', async () => {
    await using proxy = await serve((_, answer) => answer.end());
    proxy.server.on('connect', (_, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    const HTTPS_PROXY = `http://bob:C4nary-proxy@${proxy.host}`;
    const refused = await login({ registry: 'harbor.test' }, { HTTPS_PROXY });
    unreachable('harbor.test', /the proxy 127\.0\.0\.1:\d+ \(HTTPS_PROXY\) .* it answers 407/, refused);
    expect(refused.error?.hint).toContain('It does not take the user name and the password in HTTPS_PROXY');
    const nobody = await login({ registry: 'harbor.test' }, { HTTPS_PROXY: `http://${proxy.host}` });
    expect(nobody.error?.hint).toContain('It wants a user name and a password');
    const gone = `http://bob:C4nary-proxy@${await closed()}`;
    unreachable(
      'harbor.test',
      /behind the proxy 127\.0\.0\.1:\d+, which cannot be reached: it refuses/,
      await login({ registry: 'harbor.test' }, { HTTPS_PROXY: gone }),
    );
  });

  it('is not reached, and the variable of the proxy names none', async () => {
    const ended = await login({ registry: await closed() }, { HTTPS_PROXY: 'http://bob:C4nary#1@proxy.test' });
    unreachable('127.0.0.1', /it refuses connections/, ended);
    expect(ended.error?.hint).toMatch(/^HTTPS_PROXY is not the address of an HTTP proxy, so none was used/);
  });

  it('is reached when it listens to IPv6 alone', async () => {
    const server = createHttpsServer(await root.issue(), registry);
    await new Promise<void>((done) => server.listen(0, '::1', done));
    const host = `[::1]:${(server.address() as AddressInfo).port}`;
    expect(await login({ registry: host, insecure: 'true' })).toMatchObject({ error: undefined });
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  it('is reached without the proxy when NO_PROXY says so', async () => {
    await using server = await serve(registry, await root.issue());
    const environment = { HTTPS_PROXY: `http://bob:C4nary-proxy@${await closed()}`, NO_PROXY: '127.0.0.0/8' };
    expect(await login({ registry: server.host, 'ca-certificate': root.pem }, environment)).toMatchObject({
      error: undefined,
    });
  });
});
