import { type Clock, systemClock } from '@harbor-pilot/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HarborUnderTest } from './harbor-client.ts';

let world: HarborUnderTest;
let offsetMilliseconds = 0;
const clock: Clock = { ...systemClock, now: () => new Date(Date.now() + offsetMilliseconds) };

const grantsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).access;

beforeAll(async () => {
  world = await HarborUnderTest.start({ clock });
  for (const name of ['acme', 'other']) await world.project(name);
  for (const name of ['acme/app', 'other/app']) await world.pushImage(name, 'v1');
});
afterAll(() => world.end());

describe('tokens', () => {
  it('are sent for with the scope that was missing', async () => {
    const { status, headers } = await world.pull('acme/app', 'v1', { as: null });
    const realm = `Bearer realm="${world.harbor.url}/service/token",service="harbor-registry",scope="repository:acme/app:pull"`;
    expect([status, headers['www-authenticate']]).toEqual([401, realm]);
  });

  it('grant all that the account may do, in the whole project', async () => {
    const robot = await world.robot('acme', 'repository:pull repository:push');
    const token = await world.token('repository:acme/nothing:pull', { as: robot });
    expect(grantsOf(token)).toEqual([{ type: 'repository', name: 'acme/nothing', actions: ['pull', 'push'] }]);
    expect((await world.pull('acme/app', 'v1', { bearer: token })).status).toBe(200);
    expect((await world.pull('other/app', 'v1', { bearer: token })).status).toBe(401);
    expect(
      (await world.send('DELETE', `/v2/acme/app/manifests/sha256:${'0'.repeat(64)}`, undefined, { bearer: token }))
        .status,
    ).toBe(401);
    expect((await world.send('GET', '/projects/acme', undefined, { bearer: token })).status).toBe(401);
  });

  it('are given for wrong credentials, too, and allow nothing', async () => {
    const robot = await world.robot('acme', 'repository:pull');
    const token = await world.token('repository:acme/app:pull', { as: { ...robot, password: 'Wrong12345' } });
    expect(grantsOf(token)).toEqual([{ type: 'repository', name: 'acme/app', actions: [] }]);
    const without = await world.send('GET', '/service/token?service=harbor-registry', undefined, { as: null });
    expect(without.status).toBe(401);
    const empty = await world.send('GET', '/service/token?service=harbor-registry&scope=', undefined, { as: null });
    expect([empty.status, grantsOf(empty.json.token)]).toEqual([200, null]);
  });

  it('say of each scope what it is good for, whatever it looks like', async () => {
    const cases: [string, unknown][] = [
      ['repository:acme/app', { type: 'repository', name: 'acme/app', actions: ['pull', 'push', 'delete'] }],
      ['repository:acme/app:v1:pull', { type: 'repository', name: 'acme/app:v1', actions: ['pull', 'push', 'delete'] }],
      ['repository:app:pull', { type: 'repository', name: 'app', actions: [] }],
      ['repository:nothing/app:pull', { type: 'repository', name: 'nothing/app', actions: [] }],
      ['registry:catalog:*', { type: 'registry', name: 'catalog', actions: ['*'] }],
      ['registry:other:*', { type: 'registry', name: 'other', actions: [] }],
      ['thing:a:b', { type: 'thing', name: 'a', actions: [] }],
      ['nonsense', { type: 'nonsense', name: '', actions: [] }],
    ];
    const scopes = cases.map(([scope]) => scope).join(' ');
    expect(grantsOf(await world.token(scopes))).toEqual(cases.map(([, access]) => access));
    const robot = await world.robot('acme', 'repository:pull');
    expect(grantsOf(await world.token('registry:catalog:*', { as: robot }))).toEqual([
      { type: 'registry', name: 'catalog', actions: [] },
    ]);
    // A slash at the end is the same to the web framework (seen with Harbor v2.15.2).
    const { json } = await world.send('GET', '/service/token/?service=harbor-registry');
    expect(grantsOf(json.token)).toBeNull();
  });

  it('do not list repositories, and without an account do not sign in', async () => {
    const bearer = await world.token('registry:catalog:*');
    expect((await world.send('GET', '/v2/_catalog', undefined, { bearer })).status).toBe(401);
    expect((await world.send('GET', '/v2/', undefined, { bearer })).status).toBe(200);
    const anonymous = await world.token('repository:acme/app:pull', { as: null });
    expect((await world.send('GET', '/v2/', undefined, { bearer: anonymous })).status).toBe(401);
    const headers = { Authorization: `bearer ${bearer}` };
    expect((await world.send('GET', '/v2/', undefined, { as: null, headers })).status).toBe(401);
  });

  it('are for this service alone, whose name is shown as plain text', async () => {
    const { status, bytes } = await world.send('GET', '/service/token?service=<a>');
    expect([status, bytes.toString()]).toEqual([400, 'Unable to handle service: &lt;a&gt;']);
  });

  it('cannot be changed', async () => {
    const [header, , signature] = (await world.token('repository:other/app:pull')).split('.');
    const claims = {
      aud: 'harbor-registry',
      exp: 9_999_999_999,
      access: [{ type: 'repository', name: 'acme/app', actions: ['pull'] }],
    };
    const forged = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
    expect((await world.pull('acme/app', 'v1', { bearer: forged })).status).toBe(401);
  });

  it('outlive their robot, end after half an hour, and do not pass to a new project of the same name', async () => {
    await world.project('brief');
    const robot = await world.robot('brief', 'repository:pull');
    const token = await world.token('repository:brief/app:pull', { as: robot });
    const status = async () => (await world.pull('brief/app', 'v1', { bearer: token })).status;
    await world.send('DELETE', `/robots/${robot.id}`);
    expect(await status()).toBe(404);
    offsetMilliseconds = 120_000;
    await world.send('DELETE', '/projects/brief');
    await world.project('brief');
    expect(await status()).toBe(401);
    offsetMilliseconds = 0;
    const other = await world.token('repository:acme/app:pull');
    offsetMilliseconds = 32 * 60_000;
    expect((await world.pull('acme/app', 'v1', { bearer: other })).status).toBe(401);
    offsetMilliseconds = 0;
  });
});

describe('robot accounts', () => {
  it('may do what they were given, nothing else', async () => {
    const reader = await world.robot('acme', 'artifact:read');
    const artifact = '/projects/acme/repositories/app/artifacts/v1';
    expect((await world.send('GET', artifact, undefined, { as: reader })).status).toBe(200);
    expect((await world.send('DELETE', artifact, undefined, { as: reader })).status).toBe(403);
    expect((await world.pull('acme/app', 'v1', { as: reader })).status).toBe(401);
    expect((await world.send('GET', '/robots', undefined, { as: reader })).json.errors[0].message).toBe(
      reader.username,
    );
  });

  it('cannot make robots that may do more than they', async () => {
    const maker = await world.robot('acme', 'robot:create repository:pull');
    const permissions = [{ kind: 'project', namespace: 'acme', access: [{ resource: 'repository', action: 'push' }] }];
    const made = await world.send(
      'POST',
      '/robots',
      { name: 'more', level: 'project', duration: 1, permissions },
      { as: maker },
    );
    expect(made.json.errors[0].code).toBe('DENIED');
  });

  it('give away pull only when they were given it, not because they may push', async () => {
    const maker = await world.robot('acme', 'robot:create repository:push');
    const make = (action: string) => {
      const permissions = [{ kind: 'project', namespace: 'acme', access: [{ resource: 'repository', action }] }];
      const body = { name: `gets-${action}`, level: 'project', duration: 1, permissions };
      return world.send('POST', '/robots', body, { as: maker });
    };
    expect([(await make('pull')).status, (await make('push')).status]).toEqual([403, 201]);
  });

  it('expire', async () => {
    const robot = await world.robot('acme', 'repository:pull', { duration: 1 });
    expect((await world.pull('acme/app', 'v1', { as: robot })).status).toBe(200);
    offsetMilliseconds = 2 * 86_400_000;
    expect((await world.pull('acme/app', 'v1', { as: robot })).status).toBe(401);
    offsetMilliseconds = 0;
  });
});

describe('users', () => {
  it('sign in by name and by e-mail address', async () => {
    const password = 'Password1234';
    const user = { username: 'carol', email: 'carol@example.org', realname: 'Carol', password };
    await world.send('POST', '/users', user);
    for (const username of [user.username, user.email]) {
      const { json } = await world.send('GET', '/users/current', undefined, { as: { username, password } });
      expect(json.username).toBe('carol');
    }
  });
});

describe('requests with a session cookie', () => {
  it('write only with the token of a page, in spite of valid credentials', async () => {
    const headers = { Cookie: 'sid=invented' };
    expect((await world.send('GET', '/projects/acme', undefined, { headers })).status).toBe(200);
    const refused = await world.send('POST', '/v2/acme/app/blobs/uploads/', undefined, { headers });
    expect([refused.status, refused.json.errors[0].message]).toEqual([403, 'CSRF token not found in request']);
  });
});
