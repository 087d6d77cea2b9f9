import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, HarborUnderTest } from './harbor-client.ts';

let world: HarborUnderTest;
/** May read the audit log, and is not locked out by a wrong password. */
let observer: { username: string; password: string };

beforeAll(async () => {
  world = await HarborUnderTest.start();
  await world.project('acme');
  const reader = { resource: 'audit-log', action: 'list' };
  const permissions = [{ kind: 'system', namespace: '/', access: [reader] }];
  const { json } = await world.send('POST', '/robots', { name: 'reader', level: 'system', duration: -1, permissions });
  observer = { username: json.name, password: json.secret };
});
afterAll(() => world.end());

const escaped = (text: string) => text.replace(/[[\]]/g, '\\$&');
const refusal = ({ status, json }: Answer) => [status, json.errors[0].message.split('\n').at(-1)];

describe('paths', () => {
  it.each([
    ['/projects/', 200],
    ['/projects/acme/', 200],
    ['//projects//acme', 200],
    ['/projects/./acme', 200],
    ['/projects/acme/metadatas', 200],
    ['/projects/acme/nonsense/', 404],
    ['/internalconfig', 401],
  ])('%s is %i', async (path, status) => {
    const { url } = world.harbor;
    expect((await world.send('GET', `${url}/api/v2.0${path}`)).status).toBe(status);
  });

  it.each([
    ['DELETE', '/users/current', 422, 'user_id in path must be of type int64: "current"'],
    ['PATCH', '/users/current', 405, 'method PATCH is not allowed, but [DELETE,GET,PUT] are'],
    ['POST', '/users/search/', 405, 'method POST is not allowed, but [DELETE,GET,PUT] are'],
  ])('%s %s is %i', async (method, path, status, message) => {
    expect(refusal(await world.send(method, path))).toEqual([status, message]);
  });

  it.each([
    ['a;b', 'invalid semicolon separator in query'],
    ['q=%zz', 'invalid URL escape "%zz"'],
    ['q=%', 'invalid URL escape "%"'],
  ])('have no query %s', async (query, reason) => {
    const answer = await world.send('GET', `/projects/none?${query}`, undefined, { as: null });
    expect(refusal(answer)).toEqual([400, reason]);
    expect(answer.headers).not.toHaveProperty('x-request-id');
  });

  it('are told from wrong ones before anybody asks who it is', async () => {
    const send = async (method: string, path: string) =>
      (await world.send(method, path, undefined, { as: null })).status;
    expect([await send('GET', '/users/x'), await send('DELETE', '/users'), await send('GET', '/robots/x')]).toEqual([
      422, 405, 422,
    ]);
  });
});

describe('bodies', () => {
  const create = (body: Buffer | object, type = 'application/json') => world.send('POST', '/projects', body, { type });

  it.each([
    ['nothing but space', 'project in body is required', ' \n'],
    ['a list', 'parsing project body from "" failed, because it is no object', '[]'],
    ['a number deep inside', undefined, '{"project_name":"x2","cve_allowlist":{"items":[{"cve_id":5}]}}'],
    ['a list instead of an object', undefined, '{"project_name":"x1","cve_allowlist":[]}'],
  ])('that are %s are refused', async (_title, reason, text) => {
    const [status, message] = refusal(await create(Buffer.from(text)));
    expect(status).toBe(422);
    expect(message).toContain(reason ?? 'parsing project body');
  });

  // What Go's reader says of each, as Harbor v2.15.2 passes it on.
  it.each([
    ['x', "invalid character 'x' looking for beginning of value"],
    ['{"project_name":', 'unexpected EOF'],
    ['{"project_name":"x",}', "invalid character '}' looking for beginning of object key string"],
    ['{"project_name" "x"}', `invalid character '"' after object key`],
    ['{"project_name":01}', "invalid character '1' after object key:value pair"],
    ['{"a":[1 2]}', "invalid character '2' after array element"],
    ['{"a":-.5}', "invalid character '.' in numeric literal"],
    ['{"a":tru}', "invalid character '}' in literal true (expecting 'e')"],
    ['{"a":"\\x"}', "invalid character 'x' in string escape code"],
    ['{"a":"\t"}', "invalid character '\\t' in string literal"],
  ])('that are no JSON, like %s, are refused with the reason', async (text, reason) => {
    const message = `parsing project body from "" failed, because ${reason}`;
    expect(refusal(await create(Buffer.from(text)))).toEqual([422, message]);
  });

  it('end with their first value: what comes after it is not read', async () => {
    expect((await create(Buffer.from('{"project_name":"first"} and more'))).status).toBe(201);
  });

  // go-openapi/runtime 0.32, middleware/context.go; seen with Harbor v2.15.2.
  it('are refused with a challenge where no password came', async () => {
    const challenge = async (headers: Record<string, string>) =>
      (await world.send('GET', '/projects?page_size=101', undefined, { as: null, headers })).headers[
        'www-authenticate'
      ];
    expect(await challenge({})).toBe('Basic realm="API"');
    expect(await challenge({ Authorization: 'Basic YWRtaW4=' })).toBe('Basic realm="API"');
    expect(await challenge({ Authorization: `Basic ${Buffer.from('admin:wrong').toString('base64')}` })).toBe(
      undefined,
    );
  });

  it('may be null, and name their fields in upper and lower case', async () => {
    expect((await world.send('PUT', '/projects/acme', Buffer.from('null'))).status).toBe(200);
    expect((await create({ Project_Name: 'capitals' })).status).toBe(201);
    expect((await create(Buffer.from('{"project_name":"typed"}'), 'Application/JSON; charset=utf-8')).status).toBe(201);
  });

  it.each([
    ['application/json ; charset="utf-8";', 'because it is no object'],
    ['json', 'unsupported media type "json", only [application/json] are allowed'],
  ])('of the type %s are not taken', async (type, reason) => {
    expect(refusal(await create(Buffer.from('[]'), type))).toEqual([
      422,
      expect.stringMatching(new RegExp(`${escaped(reason)}$`)),
    ]);
  });

  // The web framework looks for a form first (beego 2.3.8, server/web/router.go; seen with Harbor v2.15.2).
  it.each(['application/json; charset', 'application/json; charset=', 'application/json/x'])(
    'of a type that cannot be read, %s, are answered with a page',
    async (type) => {
      const { status, headers } = await create(Buffer.from('[]'), type);
      expect([status, headers['content-type']]).toEqual([500, 'text/html; charset=utf-8']);
    },
  );

  it('are of the right type even where none is wanted', async () => {
    const answer = await world.send('DELETE', '/projects/none', Buffer.from('x'), { type: 'Text/Plain', as: null });
    expect(refusal(answer)).toEqual([422, 'unsupported media type "text/plain", only [application/json] are allowed']);
  });
});

describe('ids of more than 32 bits', () => {
  it.each([
    ['/projects/9999999999', 500],
    ['/users/9999999999', 500],
    ['/robots/2147483648', 500],
    ['/robots/2147483647', 404],
    ['/projects/acme/members/9999999999', 500],
  ])('are too much for the database: %s', async (path, status) => {
    expect((await world.send('GET', path)).status).toBe(status);
    expect((await world.send('GET', path, undefined, { as: null })).status).toBe(401);
  });
});

describe('names that every object has', () => {
  it.each([
    ['GET', '/projects?q=__proto__%3D1&sort=constructor', undefined, 200],
    ['PUT', '/configurations', { constructor: 'x' }, 200],
    ['POST', '/projects/acme/metadatas/', { constructor: 'true' }, 400],
    ['GET', '/projects/acme/metadatas/constructor', undefined, 200],
  ])('are no others: %s %s', async (method, path, body, status) => {
    expect((await world.send(method, path, body)).status).toBe(status);
  });
});

describe('answers', () => {
  it('name their character set when they are refusals', async () => {
    const type = async (path: string) => (await world.send('GET', path)).headers['content-type'];
    expect(await type('/projects')).toBe('application/json');
    expect(await type('/projects/none')).toBe('application/json; charset=utf-8');
    expect(await type('/v2/_catalog')).toBe('application/json; charset=utf-8');
  });

  it('have links in UTF-8', async () => {
    const { status, headers } = await world.send('GET', '/projects?page_size=1&unknown=%E6%97%A5');
    expect([status, Buffer.from(String(headers.link), 'latin1').toString()]).toEqual([
      200,
      '</api/v2.0/projects?page=2&page_size=1&unknown=日>; rel="next"',
    ]);
  });

  it('refuse every change in read-only mode before they look at it, but those of settings', async () => {
    world.harbor.control.setReadOnly(true);
    const send = async (method: string, path: string) => (await world.send(method, path, {}, { as: null })).status;
    expect([await send('POST', '/nonsense'), await send('PUT', '/configurations')]).toEqual([403, 401]);
    world.harbor.control.setReadOnly(false);
  });
});

describe('sessions', () => {
  const sid = 'a'.repeat(32);
  const form = (text: string, headers: Readonly<Record<string, string>> = {}, path = '/c/login') =>
    world.send('POST', path, Buffer.from(text), { as: null, type: 'application/x-www-form-urlencoded', headers });
  const cookies = ({ headers }: Answer) =>
    [headers['set-cookie'] ?? []].flat().map((cookie) => String(cookie).split(';')[0] ?? '');

  it('offer a token with every answer, and a cookie to those who have none', async () => {
    const read = await world.send('GET', '/projects', undefined, { headers: { Cookie: `sid=${sid}` } });
    expect(read.headers).toMatchObject({ vary: 'Cookie', 'x-harbor-csrf-token': expect.any(String) });
    expect(cookies(read)).toEqual([expect.stringMatching(/^_gorilla_csrf=/)]);
    expect(cookies(await world.send('GET', '/projects'))).toEqual([expect.stringMatching(/^sid=/)]);
    const foreign = await form('principal=admin', { Cookie: '_gorilla_csrf=x', 'X-Harbor-CSRF-Token': 'wrong' });
    expect(refusal(foreign)).toEqual([403, 'CSRF token invalid']);
  });

  it('begin with a form, wherever it comes from, and are audited', async () => {
    const offered = await form('');
    const headers = {
      Cookie: cookies(offered).join('; '),
      'X-Harbor-CSRF-Token': String(offered.headers['x-harbor-csrf-token']),
    };
    const { password } = world.harbor;
    const begun = await form(`principal=admin&password=${password}`, headers);
    expect([begun.status, begun.headers.vary]).toEqual([200, 'Cookie']);
    const session = { Cookie: `${headers.Cookie}; ${cookies(begun).at(-1)}` };
    const current = await world.send('GET', '/users/current', undefined, { as: null, headers: session });
    expect(current.json.username).toBe('admin');
    expect((await form('target=username&value=admin', headers, '/c/userExists')).status).toBe(412);
    await world.send('GET', '/c/log_out', undefined, { as: null, headers: session });
    expect((await form('principal=admin&password=wrong', headers)).status).toBe(401);
    const { json } = await world.send('GET', '/auditlog-exts?page_size=3', undefined, { as: observer });
    const told = json.map((event: Readonly<Record<string, unknown>>) => [event.operation, event.operation_result]);
    expect(told).toEqual([
      ['login', false],
      ['logout', true],
      ['login', true],
    ]);
  });

  it('remember their users as they were', async () => {
    const { json } = await world.send('GET', '/users/search?username=guest');
    expect(json).toEqual([]);
    const user = { username: 'guest', password: 'Harbor12345', email: 'guest@x.test', realname: 'Guest' };
    const { headers: made } = await world.send('POST', '/users', user);
    const path = String(made.location).slice('/api/v2.0'.length);
    const offered = await form('');
    const token = { 'X-Harbor-CSRF-Token': String(offered.headers['x-harbor-csrf-token']) };
    const guard = { ...token, Cookie: cookies(offered).join('; ') };
    const begun = await form('principal=guest@x.test&password=Harbor12345', guard);
    const headers = { Cookie: String(cookies(begun).at(-1)) };
    const status = async (address: string) =>
      (await world.send('GET', address, undefined, { as: null, headers })).status;
    await world.send('PUT', `${path}/sysadmin`, { sysadmin_flag: true });
    expect([await status('/users'), await status('/users/current')]).toEqual([403, 200]);
    await world.send('DELETE', path);
    expect([await status('/statistics'), await status('/users/current')]).toEqual([200, 404]);
    const body = { project_name: 'orphan' };
    const orphan = await world.send('POST', '/projects', body, {
      as: null,
      headers: { ...token, Cookie: `${guard.Cookie}; ${headers.Cookie}` },
    });
    expect(refusal(orphan)).toEqual([404, 'user guest not found']);
  });

  it('know no other pages and methods', async () => {
    const page = await world.send('GET', '/c/nonsense', undefined, { as: null });
    expect([page.status, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    expect((await world.send('GET', '/c/login', undefined, { as: null })).status).toBe(404);
  });
});
