import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, createServer as createTcpServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createHttp } from '@harbor-pilot/http';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Authority, createAuthority, failure, type Identity, serve } from './servers.ts';

let authority: Authority;
let identity: Identity;
beforeAll(async () => {
  authority = await createAuthority('Acme Private CA');
  identity = await authority.issue();
});

describe('trust', () => {
  it('takes the authority given for a host, and for no other host', async () => {
    await using one = await serve((_, answer) => answer.end('hello'), identity);
    await using other = await serve((_, answer) => answer.end('hello'), identity);
    const http = createHttp({ trust: { [one.host]: { caCertificate: authority.pem } } });
    const answer = await http.request({ method: 'GET', url: one.url });
    expect(await answer.text()).toBe('hello');
    await expect(http.request({ method: 'GET', url: other.url })).rejects.toMatchObject({ code: 'TLS_UNTRUSTED' });
    http.close();
  });

  it('takes the authorities of the machine beside the one that is given, for requests at the same time, too', async () => {
    const usual = getCACertificates('default');
    const known = await createAuthority('Known to the machine');
    await using server = await serve((_, answer) => answer.end('hello'), await known.issue());
    const http = createHttp({ trust: { [server.host]: { caCertificate: authority.pem } } });
    const ask = () => http.request({ method: 'GET', url: server.url }).then((answer) => answer.text());
    setDefaultCACertificates([...usual, known.pem]);
    try {
      expect(await Promise.all([ask(), ask(), ask()])).toEqual(['hello', 'hello', 'hello']);
      expect(await ask()).toBe('hello');
    } finally {
      setDefaultCACertificates(usual);
      http.close();
    }
  });

  it('names the issuer and the input to set when it does not trust', async () => {
    await using server = await serve((_, answer) => answer.end(), identity);
    const error = await failure(createHttp().request({ method: 'GET', url: server.url }));
    expect(error).toMatchObject({ code: 'TLS_UNTRUSTED', hint: expect.stringContaining('ca-certificate') });
    expect(error.message).toContain('Acme Private CA');
    expect(server.requests).toHaveLength(0);
  });

  it('says so when the host speaks plain HTTP', async () => {
    await using server = await serve((_, answer) => answer.end());
    const error = await failure(createHttp().request({ method: 'GET', url: `https://${server.host}/` }));
    expect(error).toMatchObject({
      code: 'TLS_UNTRUSTED',
      message: expect.stringContaining('does not speak TLS on this port, probably plain HTTP'),
      hint: expect.stringContaining('plain-http'),
    });
  });

  it('says so when the host speaks something else than HTTP', async () => {
    const server = createTcpServer((socket) => socket.end('220 mail.test ESMTP\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const error = await failure(createHttp().request({ method: 'GET', url }));
    expect(error).toMatchObject({ code: 'ANSWER_UNEXPECTED', message: expect.stringContaining('HTTP') });
    server.close();
  });

  it('skips the check only for the host that is declared insecure, and warns', async () => {
    await using server = await serve((_, answer) => answer.end('ok'), identity);
    const lines: string[] = [];
    const http = createHttp({ trust: { [server.host]: { insecure: true } }, warn: (line) => lines.push(line) });
    expect(await (await http.request({ method: 'GET', url: server.url })).text()).toBe('ok');
    expect(lines.join()).toContain(server.host);
    http.close();
  });

  it('speaks plain HTTP with a host that is declared so', async () => {
    await using server = await serve((_, answer) => answer.end('plain'));
    const lines: string[] = [];
    const http = createHttp({ trust: { [server.host]: { plainHttp: true } }, warn: (line) => lines.push(line) });
    expect(await (await http.request({ method: 'GET', url: `https://${server.host}/` })).text()).toBe('plain');
    expect(lines).toEqual([
      expect.stringContaining(`${server.host} is encrypted: anybody on the way can read the password`),
    ]);
    http.close();
  });

  it('thinks of TLS when the host hangs up on plain HTTP', async () => {
    await using server = await serve((_, answer) => answer.end(), identity);
    const http = createHttp({ trust: { [server.host]: { plainHttp: true } } });
    const error = await failure(http.request({ method: 'GET', url: server.url, attempts: 1 }));
    expect(error).toMatchObject({ hint: expect.stringContaining('do not set "plain-http"') });
    http.close();
  });

  it('refuses an authority that is no certificate', async () => {
    const http = createHttp({ trust: { 'harbor.test': { caCertificate: 'rubbish' } } });
    const error = await failure(http.request({ method: 'GET', url: 'https://harbor.test/' }));
    expect(error).toMatchObject({ code: 'INPUT_INVALID', message: expect.stringContaining('harbor.test') });
  });
});

describe('proxy', () => {
  it('tunnels through HTTPS_PROXY, except for hosts in NO_PROXY', async () => {
    await using server = await serve((_, answer) => answer.end('through'), identity);
    const tunnels: string[] = [];
    const proxy = createServer().on('connect', (request, socket) => {
      tunnels.push(request.url ?? '');
      const [host, port] = (request.url ?? '').split(':');
      const upstream = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = `http://user:pr0xy-pass@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const trust = { [server.host]: { caCertificate: authority.pem } };
    const through = createHttp({ trust, environment: { HTTPS_PROXY: address } });
    expect(await (await through.request({ method: 'GET', url: server.url })).text()).toBe('through');
    expect(tunnels).toEqual([server.host]);
    const distrusting = createHttp({ environment: { HTTPS_PROXY: address } });
    const error = await failure(distrusting.request({ method: 'GET', url: server.url }));
    expect(error).toMatchObject({
      code: 'TLS_UNTRUSTED',
      message: expect.stringContaining('its issuer "CN=Acme Private CA"'),
      hint: expect.stringMatching(
        /^If the certificate is not that of the server, the proxy 127\.0\.0\.1:\d+ \(HTTPS_PROXY\)/,
      ),
    });
    expect(error.message).not.toContain('pr0xy-pass');
    tunnels.splice(1);
    const direct = createHttp({ trust, environment: { HTTPS_PROXY: address, NO_PROXY: '127.0.0.1' } });
    expect(await (await direct.request({ method: 'GET', url: server.url })).text()).toBe('through');
    expect(tunnels).toHaveLength(1);
    through.close();
    direct.close();
    proxy.closeAllConnections();
    proxy.close();
  });

  it('says that the proxy refused, without its password', async () => {
    const proxy = createServer().on('connect', (_, socket) => {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const environment = { https_proxy: `http://user:pr0xy-pass@127.0.0.1:${(proxy.address() as AddressInfo).port}` };
    const error = await failure(
      createHttp({ environment }).request({ method: 'GET', url: 'https://harbor.test/', attempts: 1 }),
    );
    expect(error).toMatchObject({ code: 'NETWORK_UNREACHABLE', message: expect.stringContaining('it answers 407') });
    expect(`${error.message} ${(error.cause as Error).message}`).not.toContain('pr0xy-pass');
    proxy.close();
  });
});
