import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, HarborUnderTest } from './harbor-client.ts';

let world: HarborUnderTest;
let acme: number;

/** Makes a user; the answer is what signs in as this one. */
async function user(username: string) {
  const password = 'Harbor12345';
  const body = { username, password, email: `${username}@x.test`, realname: username };
  const { headers } = await world.send('POST', '/users', body);
  return { username, password, id: Number(String(headers.location).split('/').at(-1)) };
}

const members = '/projects/acme/members';
const add = (body?: object, path = members) => world.send('POST', path, body);
const idOf = ({ headers }: Answer) => Number(String(headers.location).split('/').at(-1));
const refusal = ({ status, json }: Answer) => [status, json.errors[0].message];

let owner: Awaited<ReturnType<typeof user>>;
let guest: Awaited<ReturnType<typeof user>>;
let stranger: Awaited<ReturnType<typeof user>>;
let guestMember: number;

beforeAll(async () => {
  world = await HarborUnderTest.start();
  acme = await world.project('acme');
  await world.project('other');
  owner = await user('owner');
  guest = await user('guest');
  stranger = await user('stranger');
  await add({ role_id: 1, member_user: { username: 'owner' } });
  guestMember = idOf(await add({ role_id: 3, member_user: { user_id: guest.id } }));
});
afterAll(() => world.end());

describe('members of a project', () => {
  it('are refused alike in a project that is not there and in one that is not theirs', async () => {
    const seen = async (as: typeof owner | null | undefined, project: string) =>
      (await world.send('GET', `/projects/${project}/members`, undefined, as === undefined ? {} : { as })).status;
    const all = async (as?: typeof owner | null) => [await seen(as, 'other'), await seen(as, 'nothing')];
    expect(await all(null)).toEqual([401, 401]);
    expect(await all(owner)).toEqual([403, 403]);
    expect(await all()).toEqual([200, 404]);
    expect(await seen(stranger, 'acme')).toBe(403);
    expect(await seen(guest, String(acme))).toBe(200);
  });

  it('are listed by name, page by page, and found by their whole name', async () => {
    const { json, headers } = await world.send('GET', `${members}?page_size=2`);
    expect(json.map((one: { entity_name: string }) => one.entity_name)).toEqual(['admin', 'guest']);
    expect(headers).toMatchObject({ 'x-total-count': '3', link: expect.stringContaining('rel="next"') });
    expect((await world.send('GET', `${members}?entityname=guest`)).json).toHaveLength(1);
    expect((await world.send('GET', `${members}?entityname=gues`)).json).toEqual([]);
  });

  it('are named by id or by name, as users; groups are not there', async () => {
    expect(refusal(await add())).toEqual([400, 'the project member should provide']);
    const unknown = 'Failed to get user 99: user 99 not found';
    expect(refusal(await add({ role_id: 2, member_user: { user_id: 99, username: 'guest' } }))).toEqual([400, unknown]);
    expect(refusal(await add({ role_id: 2, member_group: { id: 7 } }))).toEqual([400, 'Group 7 not found']);
    const group = { group_name: 'team', ldap_group_dn: 'cn=team', group_type: 1 };
    expect(refusal(await add({ role_id: 2, member_group: group }))).toEqual([404, 'cn=team not found: not supported']);
  });

  it('get no unknown role when they are added, and none that is there twice', async () => {
    const invalid = 'Failed to update project member, role is not in 1,2,3';
    expect(refusal(await add({ role_id: 9, member_user: { username: 'stranger' } }))).toEqual([400, invalid]);
    expect((await add({ role_id: 9, member_user: { username: 'guest' } })).status).toBe(409);
  });

  it('are changed and removed in their own project alone', async () => {
    await world.send('PUT', `/projects/other/members/${guestMember}`, { role_id: 1 });
    await world.send('DELETE', `/projects/other/members/${guestMember}`);
    expect((await world.send('GET', `${members}/${guestMember}`)).json).toMatchObject({ role_name: 'guest' });
    const change = await world.send('PUT', `${members}/${guestMember}`, { role_id: 1 }, { as: guest });
    expect(refusal(change)).toEqual([403, 'forbidden']);
  });

  it('are asked for by a number that is an id', async () => {
    const ask = (method: string, id: string, body?: object) => world.send(method, `${members}/${id}`, body);
    expect((await ask('GET', 'guest')).status).toBe(422);
    expect(refusal(await ask('GET', '0'))).toEqual([400, 'the member id can not be empty!']);
    expect(refusal(await ask('DELETE', '0'))).toEqual([400, 'the project member id is required.']);
    expect(refusal(await ask('PUT', '0', { role_id: 2 }))).toEqual([400, 'member id can not be empty']);
    expect(refusal(await ask('PUT', String(guestMember)))).toEqual([400, 'role can not be empty']);
  });
});

describe('what roles allow', () => {
  it('is told to those who ask for their own permissions', async () => {
    const own = async (as: typeof owner, query: string) =>
      (await world.send('GET', `/users/current/permissions${query}`, undefined, { as })).json;
    const scope = `?scope=/project/${acme}`;
    expect(await own(guest, scope)).toContainEqual({ action: 'list', resource: `/project/${acme}/member` });
    expect(await own(guest, `${scope}&relative=true`)).toContainEqual({ action: 'read', resource: '.' });
    expect(await own(owner, `${scope}&relative=true`)).toContainEqual({ action: 'update', resource: 'robot' });
    expect(await own(stranger, scope)).toEqual([]);
    expect(await own(owner, '')).toEqual([]);
  });

  it('leaves the list of settings to administrators of the system, and the secrets of robots to people', async () => {
    expect((await world.send('GET', '/projects/acme/metadatas/', undefined, { as: owner })).status).toBe(403);
    const robot = await world.robot('acme', 'robot:create robot:read robot:list');
    const renew = (as: typeof owner | typeof robot) =>
      world.send('PATCH', `/robots/${robot.id}`, { secret: '' }, { as });
    expect((await renew(robot)).status).toBe(403);
    expect((await renew(owner)).status).toBe(200);
  });

  it.each([
    ['2.12', 200],
    ['2.14', 403],
  ] as const)('shows the audit log to guests up to 2.13: %s', async (harborVersion, status) => {
    const older = await HarborUnderTest.start({ harborVersion });
    const { username, password } = guest;
    await older.project('acme');
    await older.send('POST', '/users', { username, password, email: 'guest@x.test', realname: 'guest' });
    await older.send('POST', members, { role_id: 3, member_user: { username } });
    const answer = await older.send('GET', '/projects/acme/logs', undefined, { as: guest });
    await older.end();
    expect(answer.status).toBe(status);
  });
});

describe('users and groups that could become members', () => {
  it('are found by everybody, the best match first', async () => {
    await user('guest-of-owner');
    const find = async (what: string) => world.send('GET', what, undefined, { as: guest });
    const { json } = await find('/users/search?username=owner');
    expect(json.map(({ username }: { username: string }) => username)).toEqual(['owner', 'guest-of-owner']);
    expect((await find('/users/search?username=admin')).json).toEqual([]);
    expect((await find('/users/search')).status).toBe(422);
    expect((await find('/usergroups/search?groupname=team')).json).toEqual([]);
    expect((await find('/usergroups')).status).toBe(403);
    expect(refusal(await world.send('GET', '/usergroups/7'))).toEqual([404, 'the user group with id 7 is not found']);
  });

  it('keep their administrator', async () => {
    const { json } = await world.send('GET', '/users?username=OWNER');
    expect(json.map(({ username }: { username: string }) => username)).toEqual(['guest-of-owner', 'owner']);
    expect(refusal(await world.send('DELETE', '/users/1'))).toEqual([403, 'User with ID 1 cannot be deleted']);
  });
});
