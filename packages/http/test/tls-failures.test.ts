import { createHttp, type HostTrust, type HttpOptions, parseClientIdentity } from '@harbor-pilot/http';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Authority,
  createAuthority,
  failure,
  type Identity,
  type Issue,
  serve,
  type TestServer,
} from './servers.ts';

let root: Authority;
let intermediate: Authority;
beforeAll(async () => {
  root = await createAuthority('Acme Root');
  intermediate = await root.delegate('Acme Issuing CA');
});

async function refusal(server: TestServer, trust: HostTrust = { caCertificate: root.pem }, options: HttpOptions = {}) {
  const http = createHttp({ trust: { [server.host]: trust }, ...options });
  const error = await failure(http.request({ method: 'GET', url: server.url, attempts: 1 }));
  http.close();
  expect(error.code).toBe('TLS_UNTRUSTED');
  expect(server.requests.map(({ method }) => method)).not.toContain('GET');
  return error;
}

const serveAs = (identity: Parameters<typeof serve>[1]) => serve((_, answer) => answer.end('hello'), identity);
const issued = async (issue: Issue = {}, by = root) => serveAs(await by.issue(issue));
const withChain = ({ cert, key }: Identity, ...more: Authority[]): Identity => ({
  cert: [cert, ...more.map(({ pem }) => pem)].join('\n'),
  key,
});

describe('a certificate that is not trusted', () => {
  it('has expired, and the facts are told', async () => {
    await using server = await issued({ daysLeft: -2 });
    const { message, hint } = await refusal(server);
    expect(message).toMatch(
      /: it has expired; it was valid until \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ; its subject is "CN=server"/,
    );
    expect(message).toContain('its issuer "CN=Acme Root"');
    expect(hint).toBe('Renew the certificate of the server.');
  });

  it('is signed by itself', async () => {
    const alone = await createAuthority('alone');
    await using server = await serveAs({ cert: alone.pem, key: alone.key });
    const { message, hint } = await refusal(server, {});
    expect(message).toContain('it is signed by itself; its subject is "CN=alone", its issuer "CN=alone"');
    expect(hint).toContain('this very certificate');
  });

  it('is for another host', async () => {
    await using server = await issued({ names: ['harbor.test', 'core.harbor.test'] });
    const { message, hint } = await refusal(server);
    expect(message).toContain(
      'other names than 127.0.0.1; it names DNS:harbor.test, DNS:core.harbor.test; its subject',
    );
    expect(hint).toContain('one of the names');
  });

  it('comes without the certificate of its issuer, which is named', async () => {
    await using server = await issued({}, intermediate);
    const { message, hint } = await refusal(server);
    expect(message).toContain('the chain is incomplete: "CN=Acme Issuing CA", its issuer, is neither sent');
    expect(message).toContain('the certificate in "ca-certificate" is not that of this issuer');
    expect(hint).toContain('append it to the certificate file of the server');
  });

  it.each([
    ['with the root', () => [intermediate, root]],
    ['without the root', () => [intermediate]],
  ])('comes with its chain, %s, but the authority is unknown', async (_, chain) => {
    await using server = await serveAs(withChain(await intermediate.issue(), ...chain()));
    const { message, hint } = await refusal(server, {});
    expect(message).toContain('its chain ends in the authority "CN=Acme Root", which is not trusted here; its subject');
    expect(message).toContain('between them: "CN=Acme Issuing CA"');
    expect(hint).toMatch(/^Give the certificate of its authority as the input "ca-certificate"/);
  });

  it('is trusted when the chain is complete', async () => {
    await using server = await serveAs(withChain(await intermediate.issue(), intermediate));
    const http = createHttp({ trust: { [server.host]: { caCertificate: root.pem } } });
    expect(await (await http.request({ method: 'GET', url: server.url })).text()).toBe('hello');
    http.close();
  });
});

describe('a clock that is wrong', () => {
  it('is blamed when the server says another time', async () => {
    const later = new Date(Date.now() + 3 * 86_400_000);
    const identity = await root.issue({ validFromDays: 2, daysLeft: 5 });
    await using server = await serve((_, answer) => answer.setHeader('Date', later.toUTCString()).end(), identity);
    const { message, hint } = await refusal(server);
    expect(message).toContain('it is not valid yet; it is valid from');
    expect(hint).toMatch(
      /^The clock of this machine says .*, that of 127\.0\.0\.1:\d+ .*: set the one that is wrong\./,
    );
    expect(server.requests.map(({ method, headers }) => [method, Object.keys(headers)])).toEqual([
      ['HEAD', ['host', 'connection']],
    ]);
  });

  it('is not blamed when the server has the same time', async () => {
    await using server = await issued({ validFromDays: 1, daysLeft: 3 });
    expect((await refusal(server)).hint).toMatch(/^The clock of this machine may be slow/);
  });
});

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a server that requires a client certificate, with %s', (maxVersion) => {
  const strict = async () => serveAs({ ...(await root.issue()), ca: root.pem, requestCert: true, maxVersion });

  it('is told from one that has no TLS in common', async () => {
    await using server = await strict();
    const { message, hint } = await refusal(server);
    expect(message).toBe(`${server.host} requires a client certificate, and none was given`);
    expect(hint).toContain('"client-certificate"');
  });

  it('gets it, and no other host does', async () => {
    await using server = await strict();
    await using other = await strict();
    const { cert, key } = await root.issue({ subject: 'client' });
    const clientIdentity = parseClientIdentity({
      certificate: Buffer.from(cert),
      certificateName: 'client.pem',
      key,
      now: new Date(),
    });
    const trust = { caCertificate: root.pem };
    const http = createHttp({ trust: { [server.host]: { ...trust, clientIdentity }, [other.host]: trust } });
    expect(await (await http.request({ method: 'GET', url: server.url })).text()).toBe('hello');
    const error = await failure(http.request({ method: 'GET', url: other.url }));
    expect(error.message).toContain('requires a client certificate');
    http.close();
  });
});
