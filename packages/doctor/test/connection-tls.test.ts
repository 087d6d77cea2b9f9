import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { HostTrust } from '@harbor-pilot/http';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Authority, createAuthority, type Issue, serve } from '../../http/test/servers.ts';
import { examineConnection, idsOf } from './connection-context.ts';

let root: Authority;
let intermediate: Authority;
beforeAll(async () => {
  root = await createAuthority('Acme Root');
  intermediate = await root.delegate('Acme Issuing CA');
});

type Identity = Parameters<typeof serve>[1];
const serveRegistry = (identity: Identity, date?: Date) =>
  serve((_, answer) => {
    if (date !== undefined) answer.setHeader('date', date.toUTCString());
    answer.setHeader('docker-distribution-api-version', 'registry/2.0').end('{}');
  }, identity);

async function examineTls(identity: Identity, trust: HostTrust = { caCertificate: root.pem }, date?: Date) {
  await using server = await serveRegistry(identity, date);
  return await examineConnection({ host: server.host, trust });
}

const issued = (issue: Issue = {}, by = root) => by.issue(issue);

describe('a certificate', () => {
  it('is trusted, and all of the chain is told', async () => {
    const { cert, key } = await issued({ daysLeft: 25 }, intermediate);
    const results = await examineTls({ cert: `${cert}\n${intermediate.pem}`, key });
    expect(results.tls).toMatchObject({
      status: 'ok',
      seen: expect.stringMatching(/^the certificate of 127\.0\.0\.1:\d+ is trusted; TLSv1\.3 with TLS_\w+$/),
    });
    const [first, second, third] = results.tls?.facts ?? [];
    expect(first).toMatch(
      /^certificate 1: "CN=server"; issuer "CN=Acme Issuing CA"; valid from \d{4}-\S+ \S+Z to \d{4}-\S+ \S+Z; names IP Address:127\.0\.0\.1; key ECDSA P-256/,
    );
    expect(second).toContain('certificate 2: "CN=Acme Issuing CA"; issuer "CN=Acme Root"');
    expect(third).toContain('certificate 3: "CN=Acme Root"; signed by itself');
    expect(results['tls-expiry']).toMatchObject({
      status: 'ok',
      seen: expect.stringMatching(/"CN=server".* 24 days more$/),
    });
    expect(results.clock?.status).toBe('ok');
  });

  it.each<[string, () => Promise<Identity>, HostTrust | undefined, string, string]>([
    ['of an unknown authority', () => issued(), {}, 'the chain is incomplete: "CN=Acme Root"', 'ca-certificate'],
    ['that has expired', () => issued({ daysLeft: -2 }), undefined, 'it has expired', 'Renew'],
    ['that is not valid yet', () => issued({ validFromDays: 1, daysLeft: 9 }), undefined, 'is not valid yet', 'clock'],
    ['for another host', () => issued({ names: ['harbor.test'] }), undefined, 'it names DNS:harbor.test', 'names'],
    ['without its intermediate', () => issued({}, intermediate), undefined, '"CN=Acme Issuing CA"', 'append it'],
    ['of its own making', async () => ({ cert: root.pem, key: root.key }), {}, 'signed by itself', 'fingerprint'],
  ])('is refused: one %s', async (_, identity, trust, seen, advice) => {
    const results = await examineTls(await identity(), trust);
    expect(results.tls).toMatchObject({
      status: 'failed',
      code: 'TLS_UNTRUSTED',
      seen: expect.stringContaining(seen),
      advice: expect.stringContaining(advice),
    });
    expect(results.tls?.facts?.[0]).toMatch(/^certificate 1: "CN=/);
    expect(idsOf(results, 'failed')).toEqual(['tls']);
    expect(idsOf(results, 'skipped')).toEqual(['tls-expiry', 'clock', 'registry-api', 'login', 'token-scope']);
  });

  it('soon expires', async () => {
    const results = await examineTls(await issued({ daysLeft: 3.5 }));
    expect(results['tls-expiry']).toMatchObject({
      status: 'warning',
      seen: expect.stringContaining('only 3 days more'),
      advice: expect.stringContaining('Renew'),
    });
  });

  it('is not checked, but what is wrong with it is told', async () => {
    const results = await examineTls(await issued({ daysLeft: -2 }), { caCertificate: root.pem, insecure: true });
    expect(results.tls).toMatchObject({ status: 'warning', seen: expect.stringMatching(/"insecure".*it has expired/) });
    expect(results['tls-expiry']).toMatchObject({ status: 'warning', seen: expect.stringContaining('it has expired') });
    expect(results['registry-api']?.status).toBe('ok');
  });
});

describe('a server', () => {
  it.each(['TLSv1.3', 'TLSv1.2'] as const)('wants a client certificate (%s)', async (maxVersion) => {
    const identity = { ...(await issued()), ca: root.pem, requestCert: true, maxVersion };
    const results = await examineTls(identity);
    expect(results.tls).toMatchObject({
      code: 'TLS_UNTRUSTED',
      seen: expect.stringContaining('requires a client certificate, and none was given'),
      facts: [expect.stringContaining('"CN=server"'), expect.stringContaining('"CN=Acme Root"')],
    });
  });

  it('says only in HTTP that it wants one', async () => {
    await using server = await serve(
      (_, answer) => answer.writeHead(400).end('<html>No required SSL certificate was sent</html>'),
      await issued(),
    );
    const results = await examineConnection({ host: server.host, trust: { caCertificate: root.pem } });
    expect(results.tls).toMatchObject({
      code: 'TLS_UNTRUSTED',
      seen: expect.stringContaining('it requires a client certificate'),
    });
  });

  it('speaks plain HTTP', async () => {
    const untold = await examineTls(undefined);
    expect(untold.tls).toMatchObject({ code: 'TLS_UNTRUSTED', seen: expect.stringContaining('probably plain HTTP') });
    const told = await examineTls(undefined, { plainHttp: true });
    expect(told.tls).toMatchObject({ status: 'warning', advice: expect.stringContaining('"plain-http"') });
    expect(told['tls-expiry']?.status).toBe('skipped');
  });

  it('has another time', async () => {
    const results = await examineTls(await issued(), undefined, new Date(Date.now() + 600_000));
    expect(results.clock).toMatchObject({
      status: 'warning',
      seen: expect.stringMatching(/^the clock of this machine is (599|60\d) s behind that of /),
      advice: expect.stringContaining('NTP'),
    });
  });
});

describe('behind a proxy', () => {
  const through = async (identity: Identity) => {
    await using server = await serveRegistry(identity);
    const proxy = createServer().on('connect', (_, socket) => {
      const behind = connect(Number(server.host.split(':')[1]), '127.0.0.1', () =>
        socket.write('HTTP/1.1 200 Yes\r\n\r\n'),
      );
      socket.on('error', () => behind.destroy());
      behind.on('error', () => socket.destroy());
      socket.pipe(behind).pipe(socket);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    // The name is known to the proxy alone.
    const way = { host: 'harbor.invalid', trust: { caCertificate: root.pem }, environment: { HTTPS_PROXY: address } };
    const results = await examineConnection(way);
    proxy.close();
    return results;
  };

  it('a certificate is seen, too', async () => {
    const results = await through(await issued({ names: ['harbor.invalid'] }));
    expect(results.proxy?.seen).toMatch(
      /^HTTPS_PROXY names http:\/\/127\.0\.0\.1:\d+; it lets us through to harbor\.invalid$/,
    );
    expect(results.tls).toMatchObject({ status: 'ok', seen: expect.stringContaining('TLSv1.3 with TLS_') });
    expect(results.tls?.facts).toHaveLength(2);
    expect(results['registry-api']?.status).toBe('ok');
  });

  it('the facts of one that is refused are told', async () => {
    const { tls } = await through(await issued({ names: ['harbor.invalid'], daysLeft: -2 }));
    expect(tls).toMatchObject({
      status: 'failed',
      seen: expect.stringContaining('it has expired; it was valid until'),
    });
    expect(tls?.facts?.[0]).toContain('certificate 1: "CN=server"');
  });
});
