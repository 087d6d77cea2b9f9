import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { askProxy, chooseProxy } from '@harbor-pilot/http';
import { describe, expect, it } from '@jest/globals';

const url = new URL('https://harbor.test:8443/v2/');
const { signal } = new AbortController();

describe('the choice of a proxy', () => {
  it.each([
    ['no variable', {}, { kind: 'direct' }],
    ['an empty one', { HTTPS_PROXY: '' }, { kind: 'direct' }],
    ['the one for http', { HTTP_PROXY: 'http://proxy.test:3128' }, { kind: 'direct' }],
    [
      'lower case first',
      { HTTPS_PROXY: 'http://one.test', https_proxy: 'http://other.test' },
      { kind: 'proxy', variable: 'https_proxy', proxy: new URL('http://other.test') },
    ],
    [
      'an address without a scheme',
      { HTTPS_PROXY: 'me:secret@proxy.test:3128' },
      { kind: 'proxy', variable: 'HTTPS_PROXY', proxy: new URL('http://me:secret@proxy.test:3128') },
    ],
    [
      'a password that is not URL-encoded',
      { HTTPS_PROXY: 'http://me:50%&%40@it@proxy.test:3128' },
      { kind: 'proxy', variable: 'HTTPS_PROXY', proxy: new URL('http://me:50%25&%40%40it@proxy.test:3128') },
    ],
    [
      'a password that is encoded otherwise than in UTF-8',
      { HTTPS_PROXY: 'http://me:p%e4ss@proxy.test:3128' },
      { kind: 'proxy', variable: 'HTTPS_PROXY', proxy: new URL('http://me:p%25e4ss@proxy.test:3128') },
    ],
    [
      'a proxy that is none of HTTP',
      { HTTPS_PROXY: 'socks5://proxy.test' },
      { kind: 'unusable', variable: 'HTTPS_PROXY' },
    ],
    [
      'an exception',
      { HTTPS_PROXY: 'http://proxy.test', NO_PROXY: 'localhost, .TEST' },
      { kind: 'exempt', variable: 'HTTPS_PROXY', entry: '.test' },
    ],
  ])('reads %s', (_, environment, choice) => {
    expect(chooseProxy(url, environment)).toEqual(choice);
  });
});

describe('a proxy that is asked for the way', () => {
  it.each([200, 403, 407])('answers %i to the wish for a tunnel', async (status) => {
    const asked: unknown[] = [];
    const server = createServer().on('connect', ({ url, headers }, socket) => {
      asked.push([url, headers['proxy-authorization']]);
      socket.on('error', () => undefined).end(`HTTP/1.1 ${status} Told\r\n\r\n`);
    });
    const proxy = await listen(server);
    proxy.username = 'me';
    proxy.password = 'p%40ss';
    expect(await askProxy(proxy, url, signal)).toBe(status);
    expect(asked).toEqual([['harbor.test:8443', `Basic ${Buffer.from('me:p@ss').toString('base64')}`]]);
    server.close();
  });

  it('answers for a page without TLS', async () => {
    const server = createServer(({ url }, answer) =>
      answer.writeHead(url === 'http://harbor.test/v2/' ? 407 : 500).end(),
    );
    expect(await askProxy(await listen(server), new URL('http://harbor.test/v2/'), signal)).toBe(407);
    server.close();
  });

  it('is not there', async () => {
    const proxy = new URL('http://127.0.0.1:1');
    await expect(askProxy(proxy, url, signal)).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE' });
    await expect(askProxy(proxy, url, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});

async function listen(server: Server): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}
