import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { serve } from '../../http/test/servers.ts';
import { judgeAttempts } from '../src/connection/port.ts';
import { examineConnection, idsOf } from './connection-context.ts';

const plain = { plainHttp: true };
const afterwards = ['tcp', 'proxy', 'tls', 'tls-expiry', 'clock', 'registry-api', 'login', 'token-scope'];
const serveRegistry = () =>
  serve((_, answer) => answer.setHeader('docker-distribution-api-version', 'registry/2.0').end('{}'));

describe('the name of the registry', () => {
  it('is not known', async () => {
    const results = await examineConnection({ host: 'harbor.invalid' });
    expect(results.dns).toMatchObject({
      status: 'failed',
      code: 'NETWORK_UNREACHABLE',
      seen: expect.stringMatching(/^harbor\.invalid cannot be looked up: .*\((ENOTFOUND|EAI_AGAIN)\)$/),
      advice: expect.stringContaining('name servers'),
    });
    expect(idsOf(results, 'skipped')).toEqual(afterwards);
  });

  it('has addresses', async () => {
    await using server = await serveRegistry();
    const { dns } = await examineConnection({ host: server.host.replace('127.0.0.1', 'localhost'), trust: plain });
    expect(dns).toMatchObject({ status: 'ok', seen: expect.stringMatching(/^localhost is .*(127\.0\.0\.1|::1)/) });
  });
});

describe('the port', () => {
  it('is closed', async () => {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const results = await examineConnection({ host: `127.0.0.1:${port}` });
    expect(results.tcp).toMatchObject({
      code: 'NETWORK_UNREACHABLE',
      seen: `port ${port} of 127.0.0.1 is closed: 127.0.0.1: it refuses connections (ECONNREFUSED)`,
      advice: expect.stringContaining('Nothing listens there'),
    });
    expect(idsOf(results, 'ok')).toEqual(['dns']);
    expect(idsOf(results, 'failed')).toEqual(['tcp']);
  });

  it.each([
    ['2001:db8::7', 'ENETUNREACH', 'ok'],
    ['2001:db8::7', 'TIMEOUT', 'warning'],
    ['192.0.2.8', 'ENETUNREACH', 'warning'],
  ])('is open at one address, but not at %s (%s)', (address, reason, status) => {
    const stop = { hostname: 'harbor.test', port: 443, name: 'harbor.test' };
    const finding = judgeAttempts(
      stop,
      [
        { address: '192.0.2.7', milliseconds: 3 },
        { address, reason },
      ],
      undefined,
    );
    expect(finding).toMatchObject({ status, facts: ['192.0.2.7: 3 ms', expect.stringContaining(address)] });
  });

  it('is that of a proxy, and closed', async () => {
    const results = await examineConnection({
      host: 'harbor.test',
      environment: { HTTPS_PROXY: 'http://127.0.0.1:1' },
    });
    expect(results.tcp?.advice).toContain('whether the proxy is up. Look at HTTPS_PROXY;');
  });

  it('is not that of a registry', async () => {
    const server = createTcpServer((socket) => socket.on('error', () => undefined).end('220 mail.test ESMTP\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const results = await examineConnection({ host, trust: plain });
    expect(results.tls).toMatchObject({ code: 'ANSWER_UNEXPECTED', seen: expect.stringContaining('HTTP') });
    server.close();
  });
});

describe('a proxy', () => {
  const throughProxy = async (status: number, host = 'harbor.test') => {
    const server = createServer().on('connect', (_, socket) =>
      socket.on('error', () => undefined).end(`HTTP/1.1 ${status} Told\r\n\r\n`),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const results = await examineConnection({ host, environment: { HTTPS_PROXY: `http://me:canary-word@${address}` } });
    server.close();
    expect(JSON.stringify(results)).not.toContain('canary-word');
    return { results, address };
  };

  it.each([
    [407, 'does not take the user name and the password in HTTPS_PROXY'],
    [403, 'Its rules do not allow'],
    [502, 'It cannot reach the host itself'],
    [405, 'allows CONNECT'],
  ])('refuses with %i', async (status, advice) => {
    const { results, address } = await throughProxy(status);
    expect(results.dns?.seen).toBe('the proxy 127.0.0.1 is an address, there is no name to look up');
    expect(results.proxy).toMatchObject({
      code: 'NETWORK_UNREACHABLE',
      seen: `the proxy http://${address} (HTTPS_PROXY, as me) does not let us through to harbor.test: it answers ${status}`,
      advice: expect.stringContaining(advice),
    });
    expect(idsOf(results, 'failed')).toEqual(['proxy']);
  });

  it('is excepted by NO_PROXY, or is none at all', async () => {
    await using server = await serveRegistry();
    const environment = { HTTP_PROXY: 'http://proxy.test', NO_PROXY: '127.0.0.0/8' };
    const excepted = await examineConnection({ host: server.host, trust: plain, environment });
    expect(excepted.proxy).toMatchObject({
      status: 'ok',
      seen: 'NO_PROXY excepts this host from HTTP_PROXY with the entry "127.0.0.0/8"',
    });
    const socks = { HTTP_PROXY: 'socks5://proxy.test' };
    const unusable = await examineConnection({ host: server.host, trust: plain, environment: socks });
    expect(unusable.proxy).toMatchObject({ status: 'warning', seen: expect.stringContaining('HTTP_PROXY') });
    expect(unusable['registry-api']).toMatchObject({ status: 'ok' });
  });
});
