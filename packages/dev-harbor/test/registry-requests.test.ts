import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, HarborUnderTest, image, type Options, type Part, part } from './harbor-client.ts';

let world: HarborUnderTest;
let layer: Part;
let manifest: Part;

const absent = `sha256:${'0'.repeat(64)}`;
const wrong = { username: 'admin', password: 'Wrong12345' };

beforeAll(async () => {
  world = await HarborUnderTest.start();
  await world.project('acme');
  const { manifest: pushed, blobs } = image('app');
  [manifest, layer] = [pushed, blobs[1] ?? pushed];
  for (const tag of ['v1', 'v2', 'w']) await world.push('acme/app', tag, pushed, blobs);
});
afterAll(() => world.end());

const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  world.send('GET', path, undefined, { headers });

/** The status and, of an error, its code and text. */
const summary = ({ status, json, bytes }: Answer): unknown[] => {
  const [error] = json?.errors ?? [];
  return error === undefined ? [status, bytes.toString().trim()] : [status, error.code, error.message];
};

const twice = (message: string): string => `${message}: ${message}`;

describe('a path below /v2', () => {
  const cases: [string, string, unknown[]][] = [
    ['GET', '/v2/', [200, '{}']],
    ['POST', '/v2/', [200, '{}']],
    ['PUT', '/v2/acme/app/blobs/sha256:zz', [400, 'DIGEST_INVALID', 'provided digest did not match uploaded content']],
    ['POST', '/v2/acme/app/tags/list/', [301, '']],
    ['PUT', '/v2/_catalog', [405, 'Method not allowed']],
    ['OPTIONS', '/v2/_catalog', [200, '']],
    ['GET', '/v2/acme/app/tags/list/more', [404, '404 page not found']],
    ['POST', `/v2/acme/app/referrers/${absent}`, [404, '404 page not found']],
    ['PATCH', `/v2/acme/app/blobs/${absent}`, [405, 'Method not allowed']],
    ['GET', '/v2/acme/app/manifests/', [404, '404 page not found']],
    ['GET', '/v2/acme/app/manifests/a/b', [404, '404 page not found']],
    ['GET', '/v2/acme/app/manifests/--', [404, 'NOT_FOUND', 'invalid reference format']],
    ['GET', '/v2/acme/app/manifests/sha256:ab', [404, 'NOT_FOUND', 'artifact acme/app:sha256:ab not found']],
    ['GET', '/v2/acme/app/blobs/sha256:zz', [400, 'DIGEST_INVALID', 'provided digest did not match uploaded content']],
    ['GET', '/v2/acme/app/blobs/uploads/', [404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry']],
    ['GET', '/v2/Acme/app/tags/list', [401, 'UNAUTHORIZED', twice('project Acme not found')]],
    ['POST', `/v2/acme/${'x'.repeat(251)}/blobs/uploads/`, [500, 'UNKNOWN', 'unknown error']],
    [
      'OPTIONS',
      '/v2/acme/app/tags/list',
      [401, 'UNAUTHORIZED', twice('un-recognized request: OPTIONS /v2/acme/app/tags/list')],
    ],
    [
      'POST',
      '/v2/acme/app/blobs/uploads/?from=other',
      [400, 'BAD_REQUEST', 'bad request: invalid repository name: other'],
    ],
    [
      'DELETE',
      '/v2/acme/app/manifests/sha256:zz',
      [400, 'UNSUPPORTED', 'unsupported digest sha256:zz: invalid checksum digest length'],
    ],
    [
      'GET',
      '/v2/acme/app/referrers/md5:00',
      [400, 'BAD_REQUEST', 'unsupported digest md5:00: unsupported digest algorithm'],
    ],
  ];
  it.each(cases)('%s %s', async (method, path, expected) => {
    expect(summary(await world.send(method, path))).toEqual(expected);
  });

  it('moves on where uploads start with a slash alone', async () => {
    const { status, headers } = await world.send('POST', '/v2/acme/app/blobs/uploads?mount=x');
    expect([status, headers.location]).toEqual([301, '/v2/acme/app/blobs/uploads/?mount=x']);
  });

  it('names what is wrong with it, and the read-only mode, before it asks who is there', async () => {
    const as = { as: wrong };
    expect((await world.send('GET', '/v2/acme/app/manifests/--', undefined, as)).status).toBe(404);
    await world.send('PUT', '/configurations', { read_only: true });
    const refused = await world.send('POST', '/v2/acme/app/blobs/uploads/', undefined, { as: null });
    expect([refused.status, refused.json.errors[0].code]).toEqual([403, 'DENIED']);
    await world.send('PUT', '/configurations', { read_only: false });
  });
});

describe('the lists of tags and of repositories', () => {
  const tags = (query: string) => get(`/v2/acme/app/tags/list${query}`);
  const cases: [string, unknown][] = [
    ['', ['v1', 'v2', 'w']],
    ['?n=', ['v1', 'v2', 'w']],
    ['?n=%2B2', ['v1', 'v2']],
    ['?n=-0', []],
    ['?last=v1', ['v2', 'w']],
    ['?n=1&last=v1', ['v2']],
    ['?n=99999999999999999999', undefined],
    ['?n=1.5', undefined],
  ];
  it.each(cases)('tags/list%s', async (query, expected) => {
    expect((await tags(query)).json.tags).toEqual(expected);
  });

  it('are refused for what is no number before their repository is looked for, and are empty for zero', async () => {
    expect((await get('/v2/acme/nothing/tags/list?n=x')).status).toBe(400);
    expect((await get('/v2/acme/nothing/tags/list?n=0')).json).toEqual({ name: 'acme/nothing', tags: [] });
    expect((await get('/v2/acme/nothing/tags/list?n=1')).status).toBe(404);
  });

  it('have only repositories with tags, and go on after one of them', async () => {
    await world.pushImage('acme/untagged', undefined);
    await world.pushImage('acme/zoo', 'v1');
    expect((await get('/v2/_catalog?last=nothing')).json).toEqual({ repositories: ['acme/app', 'acme/zoo'] });
    const first = await get('/v2/_catalog?n=1');
    expect(first.headers.link).toBe('</v2/_catalog?last=acme%2Fapp&n=1>; rel="next"');
    expect((await get('/v2/_catalog?n=5&last=acme/app')).json).toEqual({ repositories: ['acme/zoo'] });
    const message = 'the last: acme/untagged should be a valid repository name.';
    expect(summary(await get('/v2/_catalog?n=5&last=acme/untagged'))).toEqual([400, 'BAD_REQUEST', message]);
  });
});

describe('conditions and parts', () => {
  const etag = () => `"${layer.digest}"`;
  const cases: [() => Record<string, string>, number][] = [
    [() => ({ 'If-None-Match': etag() }), 304],
    [() => ({ 'If-None-Match': `"other", W/${etag()}` }), 304],
    [() => ({ 'If-None-Match': '*' }), 304],
    [() => ({ 'If-None-Match': '"other"' }), 200],
    [() => ({ 'If-Match': '"other"' }), 412],
    [() => ({ 'If-Match': etag() }), 200],
    [() => ({ Range: 'bytes=0-1', 'If-Range': etag() }), 206],
    [() => ({ Range: 'bytes=0-1', 'If-Range': '"other"' }), 200],
    [() => ({ Range: 'bytes=0-9999,0-9999' }), 200],
    [() => ({ Range: 'bytes= 0 - 1 ' }), 206],
    [() => ({ Range: 'bytes=-0' }), 206],
    [() => ({ Range: 'bytes=+1-2' }), 206],
    [() => ({ Range: 'bytes=1-0' }), 416],
    [() => ({ Range: 'lines=0-1' }), 416],
  ];
  it.each(cases)('of a blob, case %#', async (headers, status) => {
    expect((await get(`/v2/acme/app/blobs/${layer.digest}`, headers())).status).toBe(status);
  });

  it('gives several parts of a blob in one answer', async () => {
    const answer = await get(`/v2/acme/app/blobs/${layer.digest}`, { Range: 'bytes=0-1,3-4' });
    expect([answer.status, answer.bytes.length]).toEqual([206, Number(answer.headers['content-length'])]);
    const [, boundary] = /^multipart\/byteranges; boundary=(.*)$/.exec(String(answer.headers['content-type'])) ?? [];
    const parts = answer.bytes.toString().split(`--${boundary}`);
    expect(parts.map((text) => text.split('\r\n\r\n')[1]?.trim())).toEqual([undefined, 'la', 'er', undefined]);
  });

  it.each([(digest: string) => digest, (digest: string) => `"${digest}"`])(
    'of a manifest, quoted or not',
    async (quote) => {
      const headers = { 'If-None-Match': quote(manifest.digest) };
      expect((await world.pull('acme/app', 'v1', { headers })).status).toBe(304);
    },
  );
});

describe('uploads', () => {
  const bytes = { type: 'application/octet-stream' };
  const start = async (): Promise<string> =>
    String((await world.send('POST', '/v2/acme/app/blobs/uploads/')).headers.location);
  const finish = async (query: string, content: Buffer | undefined, options: Options = bytes) =>
    summary(await world.send('PUT', `${await start()}${query}`, content, options)).slice(0, 3);

  it('take streams of bytes only, and say by HEAD how far they are', async () => {
    const location = await start();
    const refused = await world.send('PATCH', location, part('x').bytes, { type: 'application/json' });
    expect(summary(refused)).toEqual([500, 'UNKNOWN', 'unknown error']);
    const { headers } = await world.send('PATCH', location, part('abc').bytes, bytes);
    const state = await world.send('HEAD', String(headers.location));
    expect([state.status, state.headers.range]).toEqual([204, '0-2']);
  });

  // curl calls everything a form unless it is told otherwise (beego 2.3.8, server/web/router.go; seen with Harbor v2.15.2).
  it('fail with a body that calls itself a form, or something that is no type', async () => {
    const form = { type: 'application/x-www-form-urlencoded' };
    const content = part('formed').bytes;
    for (const method of ['PATCH', 'PUT']) {
      const { status, bytes: body } = await world.send(method, `${await start()}&digest=${absent}`, content, form);
      expect([status, body.length]).toEqual([502, 0]);
    }
    expect((await world.send('POST', '/v2/acme/app/blobs/uploads/', content, form)).status).toBe(502);
    expect((await world.send('POST', '/v2/acme/app/blobs/uploads/', undefined, form)).status).toBe(202);
    const refused = await world.send('PATCH', await start(), content, { type: 'application/octet-stream; a' });
    expect([refused.status, refused.headers['content-type']]).toEqual([500, 'text/html; charset=utf-8']);
  });

  it('end with a digest', async () => {
    const content = part('formed');
    expect(await finish('', undefined)).toEqual([400, 'BAD_REQUEST', 'require digest']);
    expect(await finish('', content.bytes)).toEqual([400, 'BAD_REQUEST', 'exist blob require digest']);
    expect((await finish(`&digest=${content.digest}`, content.bytes))[0]).toBe(201);
  });

  it('stay when their content has another digest', async () => {
    const content = part('sent once');
    const sent = await world.send('PATCH', await start(), content.bytes, bytes);
    const end = (digest: string) => world.send('PUT', `${sent.headers.location}&digest=${digest}`);
    expect(summary(await end(absent)).slice(0, 2)).toEqual([400, 'DIGEST_INVALID']);
    expect((await end(content.digest)).status).toBe(201);
    expect(summary(await end(content.digest)).slice(0, 2)).toEqual([404, 'BLOB_UPLOAD_UNKNOWN']);
    const location = await start();
    for (const code of ['DIGEST_INVALID', 'BLOB_UPLOAD_INVALID']) {
      const answer = await world.send('PUT', `${location}&digest=${absent}`, content.bytes, bytes);
      expect(answer.json.errors[0].code).toBe(code);
    }
  });

  it('wait for room, whatever else is wrong with them', async () => {
    const id = await world.project('small', {}, { storage_limit: 10 });
    const [quota] = (await world.send('GET', `/quotas?reference=project&reference_id=${id}`)).json;
    const started = await world.send('POST', '/v2/small/app/blobs/uploads/');
    const content = part('more than ten bytes');
    const put = (digest: string) =>
      world.send('PUT', `${started.headers.location}&digest=${digest}`, content.bytes, bytes);
    for (const digest of [absent, content.digest]) expect((await put(digest)).status).toBe(403);
    await world.send('PUT', `/quotas/${quota.id}`, { hard: { storage: 100 } });
    expect((await put(content.digest)).status).toBe(201);
  });
});
