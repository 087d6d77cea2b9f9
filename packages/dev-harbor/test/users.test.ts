import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, HarborUnderTest } from './harbor-client.ts';

let world: HarborUnderTest;
const password = 'Harbor12345';
const jo = { username: 'jo', password };
let joId: number;

const userOf = (change: object = {}) => ({
  username: 'new',
  password,
  email: 'new@x.test',
  realname: 'New',
  ...change,
});
const create = (body: object, options: object = {}) => world.send('POST', '/users', body, options);
const refusal = ({ status, json }: Answer) => [status, json.errors[0].message.split('\n').at(-1)];

beforeAll(async () => {
  world = await HarborUnderTest.start();
  const { headers } = await create(userOf({ username: 'jo', email: 'jo@x.test' }));
  joId = Number(String(headers.location).split('/').at(-1));
  await create(userOf({ username: 'ann', email: 'ann@x.test' }));
  await world.project('mine');
  await world.project('theirs');
  await world.send('POST', '/projects/mine/members', { role_id: 1, member_user: { username: 'jo' } });
});
afterAll(() => world.end());

describe('a user that is made', () => {
  it.each([
    [{ password: 'weak', email: '' }, 400, /^the password or secret must be/],
    [{ email: '', realname: '' }, 400, /^email can't be empty$/],
    [{ email: 'a@b', realname: '' }, 400, /^email with illegal format$/],
    [{ realname: '', username: '' }, 400, /^realname with illegal length$/],
    [{ realname: 'a#b', username: '' }, 400, /^realname contains illegal characters$/],
    [{ comment: 'x'.repeat(31), username: '' }, 400, /^comment with illegal length$/],
    [{ username: '' }, 400, /^username with illegal length$/],
    [{ username: 'a,b' }, 400, /^username contains illegal characters$/],
    [{ username: 'x'.repeat(256) }, 422, /^username in body should be at most 255 chars long$/],
    [{ email: 'jo@x.test' }, 409, /^user new or email jo@x.test already exists$/],
  ])('is refused: %j', async (change, status, message) => {
    expect(refusal(await create(userOf(change)))).toEqual([status, expect.stringMatching(message)]);
  });

  it('does not make itself with a program, where people may', async () => {
    await world.send('PUT', '/configurations', { self_registration: true });
    const message = 'self-registration cannot be triggered via API';
    expect(refusal(await create(userOf(), { as: null }))).toEqual([403, message]);
    expect((await create(userOf({ username: 'a,b' }))).status).toBe(400);
    await world.send('PUT', '/configurations', { self_registration: false });
  });
});

describe('the first user', () => {
  it('is the third one', async () => {
    expect(joId).toBe(3);
    expect((await world.send('GET', '/users/2')).status).toBe(404);
  });
});

describe('a user that is there', () => {
  it('changes its own profile, which nobody else but administrators may', async () => {
    const profile = { email: 'jo@y.test', realname: 'Josephine', comment: 'hello' };
    const put = (id: number, body: object, as?: typeof jo | null) =>
      world.send('PUT', `/users/${id}`, body, as === undefined ? {} : { as });
    expect((await put(joId, profile, jo)).status).toBe(200);
    expect((await world.send('GET', `/users/${joId}`)).json).toMatchObject(profile);
    expect((await put(joId + 1, profile, jo)).status).toBe(403);
    expect((await put(joId, profile, null)).status).toBe(401);
    expect(refusal(await put(99, profile))).toEqual([404, 'user with id 99 not found']);
    expect((await put(joId, { ...profile, email: 'ann@x.test' })).status).toBe(500);
  });

  it('is asked for by a number, before anybody asks who it is', async () => {
    const ask = (path: string, method = 'GET', body?: object) => world.send(method, path, body, { as: null });
    expect((await ask('/users/x')).status).toBe(422);
    expect(refusal(await ask('/users/search'))).toEqual([422, 'username in query is required']);
    expect(refusal(await ask('/usergroups/search'))).toEqual([422, 'groupname in query is required']);
    const secret = 'unable to update CLI secret under authmode: db_auth';
    expect(refusal(await ask('/users/1/cli_secret', 'PUT', {}))).toEqual([412, secret]);
  });

  it('is not needed to find a new password weak', async () => {
    const put = async (new_password: string) =>
      (await world.send('PUT', '/users/99/password', { new_password })).status;
    expect([await put('weak'), await put('Strong12345')]).toEqual([400, 404]);
    expect(refusal(await world.send('PUT', '/users/99/sysadmin', {}))).toEqual([404, 'user with id 99 not found']);
  });

  it('is listed by name, and found by what the query says', async () => {
    const list = async (query: string) =>
      (await world.send('GET', `/users?${query}`)).json.map((one: { username: string }) => one.username);
    expect(await list('')).toEqual(['ann', 'jo']);
    expect(await list('sort=-username')).toEqual(['jo', 'ann']);
    expect(await list('q=email%3D~ann')).toEqual(['ann']);
    expect(await list('email=JO&q=email%3Dnobody')).toEqual(['jo']);
  });
});

describe('the audit log', () => {
  const events = async (query: string, as?: typeof jo) =>
    (await world.send('GET', `/auditlog-exts?${query}`, undefined, as === undefined ? {} : { as })).json;

  it('tells what happened to users and settings', async () => {
    await create(userOf({ username: 'gone', email: 'gone@x.test' }));
    const [{ user_id }] = (await world.send('GET', '/users?username=gone')).json;
    await world.send('PUT', `/users/${user_id}/sysadmin`, { sysadmin_flag: true });
    await world.send('DELETE', `/users/${user_id}`);
    await world.send('PUT', '/configurations', { banner_message: 'hello' });
    const told = (await events('page_size=4')).map(
      (one: { operation_description: string }) => one.operation_description,
    );
    expect(told).toEqual([
      'update configuration',
      'delete user with name: gone',
      'update user with name: gone, add/remove user as system administrator',
      'create user with name: gone',
    ]);
  });

  it('tells what failed as well', async () => {
    await create(userOf({ username: '' }), { as: jo });
    await world.send('PUT', '/configurations', { token_expiration: 0 }, { as: null });
    const told = (await events('page_size=2')).map((one: Readonly<Record<string, unknown>>) => [
      one.username,
      one.operation_description,
      one.operation_result,
    ]);
    expect(told).toEqual([
      ['unknown', 'update configuration', false],
      ['jo', 'create user with name: ', false],
    ]);
  });

  it('is open to the administrators of a project as far as it is about that', async () => {
    const seen = (await events('', jo)).map((one: { resource: string }) => one.resource);
    expect(seen).toEqual(['mine']);
    expect(await events('', { username: 'ann', password })).toEqual([]);
  });

  it('has kinds that only administrators may see, and can be told to leave some out', async () => {
    const kinds = (as: typeof jo | null) => world.send('GET', '/auditlog-exts/events', undefined, { as });
    expect(refusal(await kinds(jo))).toEqual([403, 'jo']);
    expect((await world.send('GET', '/auditlog-exts/events')).json[0]).toEqual({ event_type: 'create_artifact' });
    expect(refusal(await world.send('GET', '/audit-logs', undefined, { as: null }))).toEqual([401, '']);
    await world.send('PUT', '/configurations', { disabled_audit_log_event_types: 'create_project' });
    await world.project('silent');
    expect(await events('q=resource%3Dsilent')).toEqual([]);
  });
});

describe('what users may know', () => {
  it('are permissions, of the system for its administrators alone', async () => {
    const own = async (query: string, as?: typeof jo) =>
      (await world.send('GET', `/users/current/permissions?${query}`, undefined, as ? { as } : {})).json;
    expect(await own('scope=/system')).toContainEqual({ resource: 'configuration', action: 'update' });
    expect(await own('scope=/system&relative=1')).toEqual([]);
    expect(await own('scope=/system', jo)).toEqual([]);
    expect(await own('scope=/project/99&relative=1')).toContainEqual({ action: 'read', resource: '.' });
    expect(refusal(await world.send('GET', '/permissions', undefined, { as: null }))).toEqual([401, '']);
  });

  it('are the numbers of projects, but no totals', async () => {
    const statistics = (as?: typeof jo) => world.send('GET', '/statistics', undefined, as ? { as } : {});
    expect((await statistics(jo)).json).toMatchObject({
      private_project_count: 1,
      public_project_count: 1,
      total_project_count: 0,
    });
    expect((await statistics()).json).toMatchObject({ private_project_count: 3, total_project_count: 4 });
  });

  it('is that the server is there, as text or as JSON', async () => {
    const ping = async (headers: Readonly<Record<string, string>>) => {
      const { headers: sent, bytes } = await world.send('GET', '/ping', undefined, { as: null, headers });
      return [sent['content-type'], bytes.toString().trim()];
    };
    expect(await ping({})).toEqual(['text/plain', 'Pong']);
    expect(await ping({ Accept: 'application/json' })).toEqual(['application/json', '"Pong"']);
    expect(await ping({ Accept: 'text/html, application/json;q=0.5' })).toEqual(['application/json', '"Pong"']);
    const html = await world.send('GET', '/ping', undefined, { headers: { Accept: 'text/html' } });
    expect(refusal(html)).toEqual([
      422,
      'unsupported media type requested, only [text/plain application/json] are available',
    ]);
  });
});

describe('the configuration', () => {
  it.each([
    [{ auth_mode: 'ldap_auth' }, 'the auth mode cannot be modified as new users have been inserted into database'],
    [{ storage_per_project: 0 }, 'bad request: invalid non-positive value for quota limit, value=0'],
    [{ ldap_url: ' ' }, 'bad request: item name ldap_url: the configure value can not be empty'],
    [{ ldap_scope: 7 }, 'bad request: item name ldap_scope: invalid scope, should be 0, 1 or 2'],
    [{ session_timeout: 0 }, 'the session_timeout value must be positive'],
    [{ token_expiration: 10 ** 10 }, 'the token_expiration value is over the limit value: 9999999999'],
    [
      { skip_audit_log_database: true },
      'bad request: audit log forward endpoint should be configured before enable skip audit log in database',
    ],
  ])('does not take %j', async (values, message) => {
    expect(refusal(await world.send('PUT', '/configurations', values))).toEqual([400, message]);
  });

  it('has all settings, and tells where people sign in as what cannot be changed any more', async () => {
    const { json } = await world.send('GET', '/configurations');
    expect(json).toMatchObject({
      auth_mode: { value: 'db_auth', editable: false },
      ldap_timeout: { value: 5, editable: true },
      scan_all_policy: {},
    });
    expect(Object.keys(json)).toHaveLength(56);
  });
});
