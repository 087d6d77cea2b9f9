import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttp } from '@harbor-pilot/http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { failure } from './servers.ts';

let proxy: Server;
let address: string;
const asked: string[] = [];

beforeAll(async () => {
  proxy = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('from the proxy');
  }).on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked.length = 0;
});
afterAll(() => {
  proxy.closeAllConnections();
  proxy.close();
});

/** Nothing listens on port 1: without the proxy the connection fails at once. */
async function isProxied(url: string, environment: Readonly<Record<string, string>>): Promise<boolean> {
  const http = createHttp({ environment: { HTTPS_PROXY: address, HTTP_PROXY: address, ...environment } });
  const request = http.request({ method: 'GET', url, attempts: 1 });
  await (url.startsWith('https:') ? failure(request) : request.then((answer) => answer.text()).catch(() => ''));
  http.close();
  return asked.length > 0;
}

describe('NO_PROXY', () => {
  it.each([
    ['https://127.0.0.1:1/', '127.0.0.0/8'],
    ['https://127.0.0.1:1/', '10.0.0.0/8, 192.168.0.0/16,127.0.0.1/32'],
    ['https://127.0.0.1:1/', '10.0.0.1 127.0.0.1'],
    ['https://127.0.0.1:1/', '127.0.0.1:1'],
    ['http://127.0.0.1:1/', '127.0.0.0/8'],
    ['https://127.0.0.1:1/', '*'],
    ['https://[::1]:1/', '::1'],
    ['https://[::1]:1/', '[::1]:1'],
    ['https://[::1]:1/', '0:0:0:0:0:0:0:1'],
    ['https://[::1]:1/', '::/64'],
    ['https://localhost:1/', 'LOCALHOST'],
    ['https://localhost:1/', 'localhost:1'],
    ['https://harbor.localhost:1/', 'localhost'],
    ['https://harbor.localhost:1/', '.localhost'],
    ['https://harbor.localhost:1/', '*.localhost'],
  ])('lets %s pass by the proxy with %s', async (url, value) => {
    expect(await isProxied(url, { NO_PROXY: value })).toBe(false);
    expect(await isProxied(url, { no_proxy: value })).toBe(false);
  });

  it.each([
    ['https://127.0.0.1:1/', '10.0.0.0/8,128.0.0.0/1'],
    ['https://127.0.0.1:1/', '127.0.0.1:443'],
    ['https://127.0.0.1:1/', '127.0.0.0/33,127.0.0.0/x,/8,::/0,[,.,*.'],
    ['http://127.0.0.1:1/', '127.0.0.1:80'],
    ['https://[::1]:1/', '[::1]:443,fd00::/8,0.0.0.0/0'],
    ['https://localhost:1/', '.localhost'],
    ['https://notacme.test/', 'acme.test'],
    ['https://harbor.test/', 'harbor.test:8443'],
    ['https://harbor.test/', ''],
  ])('sends %s through the proxy with %s', async (url, value) => {
    expect(await isProxied(url, { NO_PROXY: value })).toBe(true);
  });
});
