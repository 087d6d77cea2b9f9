import { createHttp } from '@harbor-pilot/http';
import { describe, expect, it } from '@jest/globals';
import { createAuthority, serve } from './servers.ts';

const headers = { Authorization: 'Basic c2VjcmV0', Cookie: 'sid=1', 'X-Token': 'secret', Accept: 'application/json' };

describe('redirects', () => {
  it('keeps the headers within an origin', async () => {
    await using server = await serve((request, answer) => {
      if (request.url === '/a') answer.writeHead(307, { Location: '/b' }).end();
      else answer.end('there');
    });
    const http = createHttp();
    const answer = await http.request({ method: 'GET', url: `${server.url}/a`, headers });
    expect([await answer.text(), answer.url]).toEqual(['there', `${server.url}/b`]);
    expect(server.requests[1]?.headers).toMatchObject({ authorization: headers.Authorization, 'x-token': 'secret' });
    http.close();
  });

  it('drops everything that may be a secret on the way to another origin', async () => {
    await using storage = await serve((_, answer) => answer.end('blob'));
    await using server = await serve((_, answer) => answer.writeHead(302, { Location: `${storage.url}/x` }).end());
    const http = createHttp();
    const answer = await http.request({ method: 'GET', url: server.url, headers });
    expect(await answer.text()).toBe('blob');
    const seen = storage.requests[0]?.headers;
    expect(seen?.accept).toBe('application/json');
    expect(Object.keys(seen ?? {})).not.toEqual(expect.arrayContaining(['authorization']));
    expect(Object.keys(seen ?? {})).not.toEqual(expect.arrayContaining(['cookie']));
    expect(Object.keys(seen ?? {})).not.toEqual(expect.arrayContaining(['x-token']));
    http.close();
  });

  it('never goes from https to http', async () => {
    const authority = await createAuthority('CA');
    await using plain = await serve((_, answer) => answer.end());
    await using server = await serve(
      (_, answer) => answer.writeHead(301, { Location: plain.url }).end(),
      await authority.issue(),
    );
    const http = createHttp({ trust: { [server.host]: { caCertificate: authority.pem } } });
    await expect(http.request({ method: 'GET', url: server.url })).rejects.toMatchObject({ code: 'ANSWER_UNEXPECTED' });
    expect(plain.requests).toHaveLength(0);
    http.close();
  });

  it('never brings what was posted to another origin', async () => {
    await using other = await serve((_, answer) => answer.end());
    await using server = await serve((request, answer) => {
      const isMoved = request.url === '/moved';
      answer.writeHead(isMoved ? 307 : 308, { Location: isMoved ? other.url : '/moved' }).end();
    });
    const http = createHttp();
    const form = { method: 'POST', url: server.url, body: 'refresh_token=secret' } as const;
    await expect(http.request(form)).rejects.toMatchObject({ code: 'ANSWER_UNEXPECTED' });
    expect([server.requests.length, other.requests.length]).toEqual([2, 0]);
    http.close();
  });

  it('does not wait for the body of a redirect that trickles', async () => {
    await using server = await serve((request, answer) => {
      if (request.url === '/there') return answer.end('there');
      answer.writeHead(302, { Location: '/there', 'Content-Length': 1e9 });
      const timer = setInterval(() => answer.write('.'), 20);
      answer.on('close', () => clearInterval(timer));
    });
    const http = createHttp();
    expect(await (await http.request({ method: 'GET', url: server.url })).text()).toBe('there');
    http.close();
  });

  it('gives up after five', async () => {
    await using server = await serve((_, answer) => answer.writeHead(302, { Location: '/again' }).end());
    const http = createHttp();
    await expect(http.request({ method: 'GET', url: server.url })).rejects.toMatchObject({ code: 'ANSWER_UNEXPECTED' });
    expect(server.requests).toHaveLength(6);
    http.close();
  });

  it('refuses targets that are no web address, and gives a redirect back when asked to', async () => {
    await using server = await serve((_, answer) => answer.writeHead(302, { Location: 'file:///etc/passwd' }).end());
    const http = createHttp();
    await expect(http.request({ method: 'GET', url: server.url })).rejects.toMatchObject({ code: 'ANSWER_UNEXPECTED' });
    const answer = await http.request({ method: 'GET', url: server.url, redirect: 'manual' });
    expect(answer.status).toBe(302);
    http.close();
  });
});
