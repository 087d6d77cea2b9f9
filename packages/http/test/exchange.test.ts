import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createHttp } from '@harbor-pilot/http';
import { describe, expect, it } from '@jest/globals';
import { failure, fakeClock, serve } from './servers.ts';

describe('uploads', () => {
  it('streams a body with its length and opens it again for another try', async () => {
    const bodies: Buffer[] = [];
    let tries = 0;
    await using server = await serve(async (request, answer) => {
      bodies.push(await buffer(request));
      tries += 1;
      answer.writeHead(tries === 1 ? 503 : 201).end();
    });
    let opened = 0;
    const content = Buffer.alloc(3_000_000, 'x');
    const open = () => {
      opened += 1;
      return Readable.from([content.subarray(0, 1_000_000), content.subarray(1_000_000)]);
    };
    const http = createHttp({ clock: fakeClock() });
    const body = { open, sizeBytes: content.length };
    const answer = await http.request({ method: 'PUT', url: server.url, body });
    await answer.discard();
    expect(answer.status).toBe(201);
    expect(opened).toBe(2);
    expect(bodies.map((sent) => sent.equals(content))).toEqual([true, true]);
    expect(server.requests[0]?.headers['content-length']).toBe('3000000');
    http.close();
  });

  it.each([0, 5])(
    'lets the sender use two buffers in turn, also when the reader takes %i ms a piece',
    async (pause) => {
      let received = Buffer.alloc(0);
      await using server = await serve(async (request, answer) => {
        for await (const piece of request) {
          received = Buffer.concat([received, piece as Buffer]);
          if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
        }
        answer.end();
      });
      const buffers = [Buffer.alloc(300_000), Buffer.alloc(300_000)];
      const open = async function* () {
        for (let turn = 0; turn < 10; turn += 1) yield buffers[turn % 2]?.fill(turn) ?? Buffer.alloc(0);
      };
      const http = createHttp();
      const body = { open, sizeBytes: 3_000_000 };
      await (await http.request({ method: 'PUT', url: server.url, body })).discard();
      const sent = Buffer.concat(Array.from({ length: 10 }, (_, turn) => Buffer.alloc(300_000, turn)));
      expect(received.equals(sent)).toBe(true);
      http.close();
    },
  );

  it('stops to send when the answer comes early', async () => {
    await using server = await serve((_, answer) => answer.writeHead(403).end('quota'));
    let produced = 0;
    const endless = async function* () {
      for (;;) {
        produced += 1;
        yield Buffer.alloc(1_000_000);
      }
    };
    const body = { open: () => Readable.from(endless()), sizeBytes: 1e12 };
    const http = createHttp();
    const answer = await http.request({ method: 'PUT', url: server.url, body });
    expect([answer.status, await answer.text()]).toEqual([403, 'quota']);
    expect(produced).toBeLessThan(100);
    http.close();
  });

  it('gives the error of the source when it cannot be read', async () => {
    await using server = await serve((request) => request.resume());
    const broken = async function* () {
      yield Buffer.from('a');
      throw new Error('disk is gone');
    };
    const body = { open: () => Readable.from(broken()), sizeBytes: 10 };
    const error = await failure(createHttp().request({ method: 'PUT', url: server.url, body }));
    expect(error.message).toBe('disk is gone');
  });

  it('fails when the source has another size than was announced', async () => {
    await using server = await serve((request) => request.resume());
    const body = { open: () => Readable.from([Buffer.from('abc')]), sizeBytes: 10 };
    await expect(createHttp().request({ method: 'PUT', url: server.url, body })).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
  });
});

describe('retries', () => {
  it('waits twice as long each time, and gives the last answer back', async () => {
    await using server = await serve((_, answer) => answer.writeHead(502).end());
    const clock = fakeClock();
    const answer = await createHttp({ clock, random: () => 1 }).request({ method: 'GET', url: server.url });
    expect(answer.status).toBe(502);
    expect(clock.waits).toEqual([1000, 2000, 4000]);
    expect(server.requests).toHaveLength(4);
  });

  it.each([
    ['3', 3000],
    ['86400', 60_000],
    ['Thu, 01 Jan 2026 00:00:07 GMT', 7000],
  ])('waits as long as Retry-After: %s asks, up to a minute', async (value, expected) => {
    let tries = 0;
    await using server = await serve((_, answer) => {
      tries += 1;
      answer.writeHead(tries === 1 ? 429 : 200, { 'Retry-After': value, 'Content-Type': 'text/html' }).end('<p>busy');
    });
    const clock = fakeClock();
    const answer = await createHttp({ clock }).request({ method: 'GET', url: server.url });
    expect(answer.status).toBe(200);
    expect(clock.waits).toEqual([expected]);
  });

  it.each(['0', 'Wed, 01 Jan 2020 00:00:00 GMT', '1.5', '-5', 'soon'])(
    'is not hurried by Retry-After: %s',
    async (value) => {
      await using server = await serve((_, answer) => answer.writeHead(503, { 'Retry-After': value }).end());
      const clock = fakeClock();
      await createHttp({ clock, random: () => 1 }).request({ method: 'GET', url: server.url });
      expect(clock.waits).toEqual([1000, 2000, 4000]);
    },
  );

  it('waits anything up to that, so that jobs which failed together do not come back together', async () => {
    await using server = await serve((_, answer) => answer.writeHead(502).end());
    const clock = fakeClock();
    const shares = [0.5, 0, 0.25];
    const random = () => shares.shift() ?? 1;
    await createHttp({ clock, random }).request({ method: 'GET', url: server.url });
    expect(clock.waits).toEqual([500, 0, 1000]);
  });

  it('has a budget of waiting for each request, and one of tries for all', async () => {
    await using server = await serve((_, answer) => answer.writeHead(429, { 'Retry-After': '30' }).end());
    const clock = fakeClock();
    const http = createHttp({ clock, policy: { waitSeconds: 60, retriesInTotal: 3 } });
    await http.request({ method: 'GET', url: server.url });
    expect(clock.waits).toEqual([30_000, 30_000]);
    await http.request({ method: 'GET', url: server.url });
    await http.request({ method: 'GET', url: server.url });
    expect(clock.waits).toEqual([30_000, 30_000, 30_000]);
  });

  it('does not repeat a POST unless it is told to', async () => {
    await using server = await serve((_, answer) => answer.writeHead(503).end());
    const http = createHttp({ clock: fakeClock() });
    await http.request({ method: 'POST', url: server.url });
    expect(server.requests).toHaveLength(1);
    await http.request({ method: 'POST', url: server.url, attempts: 2 });
    expect(server.requests).toHaveLength(3);
  });

  it('tries again when the connection is lost, and says so in the end', async () => {
    await using server = await serve((request) => request.socket.destroy());
    const clock = fakeClock();
    const error = await failure(createHttp({ clock }).request({ method: 'GET', url: `${server.url}/x?token=s3cret` }));
    expect(error).toMatchObject({ code: 'NETWORK_UNREACHABLE' });
    expect(error.message).not.toContain('s3cret');
    expect(server.requests).toHaveLength(4);
  });

  it('does not try again a name that does not exist', async () => {
    const clock = fakeClock();
    const error = await failure(createHttp({ clock }).request({ method: 'GET', url: 'http://no-such-host.invalid/' }));
    expect(error.code).toBe('NETWORK_UNREACHABLE');
    expect(error.message).toContain('no-such-host.invalid');
  });
});

describe('deadlines and aborts', () => {
  it('does not wait for ever for an answer', async () => {
    await using server = await serve(() => undefined);
    const error = await failure(createHttp().request({ method: 'GET', url: server.url, timeoutSeconds: 0.05 }));
    expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED', message: expect.stringContaining('0.05 seconds') });
  });

  it('does not wait for ever in the middle of a body', async () => {
    await using server = await serve((_, answer) => answer.writeHead(200).write('begun'));
    const answer = await createHttp().request({ method: 'GET', url: server.url, timeoutSeconds: 0.05 });
    await expect(answer.text()).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  });

  it('does not wait for ever for a body that trickles', async () => {
    await using server = await serve((_, answer) => {
      const timer = setInterval(() => answer.write('.'), 20);
      answer.on('close', () => clearInterval(timer));
    });
    const http = createHttp({ policy: { totalSeconds: 0.2 } });
    const answer = await http.request({ method: 'GET', url: server.url });
    await expect(answer.text()).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: expect.stringContaining('did not finish'),
    });
    http.close();
  });

  it('does not count the time that the reader takes', async () => {
    await using server = await serve((_, answer) => answer.end(Buffer.alloc(5_000_000)));
    const http = createHttp();
    const answer = await http.request({ method: 'GET', url: server.url, timeoutSeconds: 0.5 });
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(await answer.bytes()).toHaveLength(5_000_000);
    http.close();
  });

  it('notices an answer that is cut off', async () => {
    await using server = await serve((_, answer) => {
      answer.writeHead(200, { 'Content-Length': '100' });
      answer.write('half', () => answer.destroy());
    });
    const answer = await createHttp().request({ method: 'GET', url: server.url });
    await expect(answer.text()).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE' });
  });

  it.each(['headers', 'body', 'upload'])('ends with the reason of its signal while waiting for %s', async (phase) => {
    await using server = await serve((request, answer) => {
      if (phase === 'body') answer.writeHead(200).write('begun');
      else if (phase === 'headers') request.resume();
    });
    const controller = new AbortController();
    const reason = new Error('the job was cancelled');
    setTimeout(() => controller.abort(reason), 30);
    const body = { open: () => Readable.from([Buffer.alloc(30_000_000)]), sizeBytes: 60_000_000 };
    const asked = createHttp().request({
      method: 'PUT',
      url: server.url,
      signal: controller.signal,
      ...(phase === 'upload' ? { body } : {}),
    });
    await expect(asked.then((answer) => answer.text())).rejects.toBe(reason);
  });

  it('limits what it reads into memory', async () => {
    await using server = await serve((_, answer) => answer.end('12345'));
    const answer = await createHttp().request({ method: 'GET', url: server.url });
    await expect(answer.bytes(4)).rejects.toMatchObject({ code: 'CONTENT_HOSTILE' });
  });

  it('does not wait for an answer that says itself that it is too long', async () => {
    await using server = await serve((_, answer) => answer.writeHead(200, { 'Content-Length': 1e15 }).write('{'));
    const answer = await createHttp().request({ method: 'GET', url: server.url });
    await expect(answer.json()).rejects.toMatchObject({ code: 'CONTENT_HOSTILE' });
  });

  it('asks for content as it is', async () => {
    await using server = await serve((_, answer) => answer.end());
    const answer = await createHttp().request({ method: 'GET', url: server.url });
    await answer.discard();
    expect(server.requests[0]?.headers['accept-encoding']).toBe('identity');
  });

  it('says that the headers are too long', async () => {
    await using server = await serve((_, answer) => answer.writeHead(200, { 'X-Policy': 'x'.repeat(20_000) }).end());
    const error = await failure(createHttp().request({ method: 'GET', url: server.url }));
    expect(error).toMatchObject({ code: 'ANSWER_UNEXPECTED', message: expect.stringContaining('16 KiB of headers') });
  });

  it('takes no other protocol', async () => {
    await using server = await serve((request) => {
      request.socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n');
    });
    const asked = createHttp().request({ method: 'GET', url: server.url });
    await expect(asked).rejects.toMatchObject({ code: 'ANSWER_UNEXPECTED' });
  });

  it('names an answer that is not JSON', async () => {
    await using server = await serve((_, answer) => answer.end('<html>'));
    const http = createHttp();
    const answer = await http.request({ method: 'GET', url: server.url });
    await expect(answer.json()).rejects.toMatchObject({ code: 'ANSWER_UNEXPECTED' });
    http.close();
  });
});
