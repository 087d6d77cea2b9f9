import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, HarborUnderTest } from './harbor-client.ts';

let world: HarborUnderTest;
let acme: number;

beforeAll(async () => {
  world = await HarborUnderTest.start();
  acme = await world.project('acme');
  await world.project('other');
  await world.project('open', { public: 'true' });
  await world.pushImage('acme/app', 'v1');
});
afterAll(() => world.end());

const refusal = ({ status, json }: Answer) => [status, json.errors[0].message.split('\n').at(-1)];
const access = (text: string) =>
  text.split(' ').map((pair) => ({ resource: pair.split(':')[0], action: pair.split(':')[1] }));
const on = (namespace: string, text: string, kind = 'project') => ({ kind, namespace, access: access(text) });
let count = 0;
const robotOf = (permissions: readonly unknown[], more: object = {}) => ({
  name: `robot${count++}`,
  level: 'system',
  duration: -1,
  permissions,
  ...more,
});
const create = (body: object, as?: { username: string; password: string } | null) =>
  world.send('POST', '/robots', body, as === undefined ? {} : { as });

/** A robot, and how it signs in. */
async function robot(...permissions: readonly object[]) {
  const { json } = await create(robotOf(permissions));
  return { id: json.id, username: json.name, password: json.secret };
}

describe('a robot that is made', () => {
  it.each([
    [400, 'robot name is not in lower case or contains illegal characters', { name: 'A', duration: 0 }],
    [400, 'bad request error duration input: 0, duration must be', { duration: 0, level: 'x' }],
    [400, 'bad request error duration input: 2147483647, duration must be', { duration: 2 ** 31 - 1 }],
    [400, 'bad request error level input: x', { level: 'x', permissions: [] }],
    [
      400,
      'bad request permission',
      { level: 'project', permissions: [on('acme', 'log:list'), on('other', 'log:list')] },
    ],
    [400, 'bad request permission level: galaxy', { permissions: [on('acme', 'log:list', 'galaxy')] }],
    [400, 'unknown namespace', { permissions: [on('acme', 'project:list', 'system')] }],
    [400, "invalid project name: 'a b'", { level: 'project', permissions: [on('a b', 'log:list')] }],
    [404, 'project / not found', { level: 'project', permissions: [on('/', 'project:list', 'system')] }],
    [404, 'project none not found', { permissions: [on('acme', 'log:list'), on('none', 'log:list')] }],
    [500, 'internal server error', { name: 'a'.repeat(256) }],
    [500, 'internal server error', { description: 'a'.repeat(1025) }],
    [422, 'parsing robot body', { permissions: [{ kind: 'project', namespace: 'acme', access: [{ resource: 5 }] }] }],
  ])('is refused with %i %s', async (status, message, change) => {
    const answer = await create(robotOf([on('acme', 'log:list')], change));
    expect(refusal(answer)).toEqual([status, expect.stringMatching(new RegExp(`^${message}`))]);
  });

  it('is judged before anybody asks who wants it', async () => {
    expect((await create(robotOf([on('acme', 'log:list')], { name: 'A' }), null)).status).toBe(400);
    expect((await create(robotOf([on('acme', 'log:list')]), null)).status).toBe(401);
  });

  it('is not switched off, and keeps the effect of its permissions', async () => {
    const allowed = { kind: 'project', namespace: 'acme', access: [{ ...access('log:list')[0], effect: 'allow' }] };
    const { json } = await create(robotOf([allowed], { disable: true }));
    const shown = (await world.send('GET', `/robots/${json.id}`)).json;
    expect([shown.disable, shown.permissions]).toEqual([false, [allowed]]);
  });

  it('has each permission once', async () => {
    const given = [on('acme', 'log:list tag:list'), on('*', 'log:list'), on('acme', 'log:list tag:create')];
    const { id } = (await create(robotOf(given))).json;
    const { permissions } = (await world.send('GET', `/robots/${id}`)).json;
    expect(permissions).toEqual([on('acme', 'log:list tag:list tag:create'), on('*', 'log:list')]);
  });

  it('gives away no more than its maker has in the same namespace', async () => {
    const maker = await robot(on('/', 'robot:create project:list', 'system'), on('acme', 'log:list'));
    const made = async (...permissions: object[]) => (await create(robotOf(permissions), maker)).status;
    expect(await made(on('/', 'project:list', 'system'), on('acme', 'log:list'))).toBe(201);
    expect(await made(on('*', 'log:list'))).toBe(403);
    expect(await made(on('/', 'project:create', 'system'))).toBe(403);
  });
});

describe('accounts that are made at the same time', () => {
  it('are made once', async () => {
    const body = robotOf([on('acme', 'log:list')]);
    const user = { username: 'twin', password: 'Harbor12345', email: 'twin@x.test', realname: 'Twin' };
    const both = async (make: () => Promise<Answer>) =>
      (await Promise.all([make(), make()])).map(({ status }) => status).sort();
    expect(await both(() => create(body))).toEqual([201, 409]);
    expect(await both(() => world.send('POST', '/users', user))).toEqual([201, 409]);
    expect(await both(() => world.send('POST', '/projects', { project_name: 'twin' }))).toEqual([201, 409]);
  });
});

describe('a robot that is changed', () => {
  it('keeps its duration when none is named, and stays in its project', async () => {
    const { json } = await create(robotOf([on('acme', 'log:list')], { level: 'project', duration: 7 }));
    const put = (change: object) =>
      world.send('PUT', `/robots/${json.id}`, {
        name: json.name,
        level: 'project',
        permissions: [on('acme', 'tag:list')],
        ...change,
      });
    expect((await put({})).status).toBe(200);
    const after = (await world.send('GET', `/robots/${json.id}`)).json;
    expect(after).toMatchObject({ duration: 7, expires_at: json.expires_at, permissions: [on('acme', 'tag:list')] });
    expect(refusal(await put({ permissions: [on('other', 'log:list')] }))).toEqual([
      400,
      'cannot update the project id of robot',
    ]);
    expect(refusal(await put({ permissions: [on('none', 'log:list')] }))).toEqual([404, 'project none not found']);
    expect((await put({ duration: 0, name: 'x' })).json.errors[0].message).toContain('duration input: 0');
  });
});

describe('lists of robots', () => {
  it.each([
    ['Level=project,ProjectID=0', 400],
    ['Level=project,ProjectID=x', 400],
    ['Level=~project', 500],
    ['Level=project,ProjectID=99', 200],
    ['level=nonsense', 200],
  ])('answer to q=%s with %i', async (q, status) => {
    expect((await world.send('GET', `/robots?q=${encodeURIComponent(q)}`)).status).toBe(status);
  });

  // v2.15.2, src/server/v2.0/handler/robot.go
  it('are those of the system where a project is named without its level', async () => {
    await create(robotOf([on('acme', 'log:list')], { level: 'system' }));
    const count = async (q: string) => (await world.send('GET', `/robots?q=${q}`)).headers['x-total-count'];
    expect(await count('ProjectID%3D99')).toBe(await count('Level%3Dsystem'));
  });

  it('belong to projects and the system, and find names without their prefix', async () => {
    const { json } = await create(robotOf([on('acme', 'log:list')], { level: 'project' }));
    // What is encoded once has a space instead of the plus sign in the name.
    const twice = (name: string) => encodeURIComponent(encodeURIComponent(name));
    const find = async (name: string) =>
      (await world.send('GET', `/robots?q=Level%3Dproject,ProjectID%3D${acme},name%3D${twice(name)}`)).json.length;
    expect([await find(json.name.slice('robot$'.length)), await find(json.name)]).toEqual([1, 0]);
    expect(
      (await world.send('GET', `/robots?q=Level%3Dproject,ProjectID%3D${acme}`, undefined, { as: null })).status,
    ).toBe(401);
  });
});

describe('what a robot of the system may do', () => {
  const status = async (as: object, path: string) =>
    (await world.send('GET', path, undefined, { as: as as never })).status;

  it('does not follow from what it may push, or from what others may see', async () => {
    const pusher = await robot(on('acme', 'repository:push'));
    expect((await world.pull('acme/app', 'v1', { as: pusher })).status).toBe(401);
    const outsider = await robot(on('/', 'project:list', 'system'));
    expect(await status(pusher, '/projects/open')).toBe(200);
    expect(await status(outsider, '/projects/open')).toBe(403);
  });

  it('in all projects reaches below them', async () => {
    const everywhere = await robot(on('*', 'project:read'));
    const here = await robot(on('acme', 'project:read'));
    const artifact = '/projects/acme/repositories/app/artifacts/v1';
    expect([await status(everywhere, artifact), await status(here, artifact)]).toEqual([200, 403]);
    expect(await status(everywhere, '/projects/acme/repositories')).toBe(403);
  });

  it('ends with a project, also where a new one has its name', async () => {
    await world.project('again');
    const reader = await robot(on('again', 'project:read'), on('acme', 'log:list'));
    expect(await status(reader, '/projects/again')).toBe(200);
    await world.send('DELETE', '/projects/again');
    await world.project('again');
    expect(await status(reader, '/projects/again')).toBe(403);
    expect((await world.send('GET', `/robots/${reader.id}`)).json.permissions).toEqual([on('acme', 'log:list')]);
  });

  it('includes making projects, and to see all of them with one permission more', async () => {
    const make = async (as: object, body: object) =>
      (await world.send('POST', '/projects', body, { as: as as never })).status;
    const any = await robot(on('acme', 'log:list'));
    expect(await make(any, { project_name: 'by-robot', storage_limit: 5 })).toBe(201);
    const seen = async (as: object) =>
      (await world.send('GET', '/projects?name=by-robot', undefined, { as: as as never })).json.length;
    const lister = await robot(on('/', 'project:list', 'system'));
    expect([await seen(any), await seen(lister)]).toEqual([0, 1]);
  });
});

describe('the prefix of robots', () => {
  it('can be changed, and those that are there are called by it', async () => {
    const { username, password, id } = await robot(on('acme', 'project:read'));
    await world.send('PUT', '/configurations', { robot_name_prefix: 'bot-' });
    const renamed = { username: username.replace('robot$', 'bot-'), password };
    expect((await world.send('GET', '/projects/acme', undefined, { as: renamed })).status).toBe(200);
    expect((await world.send('GET', `/robots/${id}`)).json.name).toBe(renamed.username);
    await world.send('PUT', '/configurations', { robot_name_prefix: 'robot$' });
  });
});

describe('robots of earlier releases', () => {
  it('keep their names', async () => {
    const older = await HarborUnderTest.start();
    await older.project('acme');
    const as = await older.robot('acme', 'project:read');
    await older.harbor.close();
    const database = new DatabaseSync(join(older.directory, 'harbor.db'));
    database.exec("UPDATE robots SET name = 'robot$' || name");
    database.close();
    await older.restart();
    expect((await older.send('GET', '/projects/acme', undefined, { as })).status).toBe(200);
    await older.end();
  });
});

describe('the first version of the API', () => {
  it('handles the robots of a project below it up to 2.13', async () => {
    const older = await HarborUnderTest.start({ harborVersion: '2.12' });
    await older.project('acme');
    const { id } = await older.robot('acme', 'log:list');
    const path = `/projects/acme/robots/${id}`;
    await older.send('PUT', path, { disable: true });
    expect((await older.send('GET', path)).json).toMatchObject({ id, disable: true });
    expect((await older.send('DELETE', path)).status).toBe(200);
    expect((await older.send('GET', path)).json.errors[0].message).toContain('resource not found: cannot find robot');
    await older.end();
  });
});
