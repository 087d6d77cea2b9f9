import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, HarborUnderTest } from './harbor-client.ts';

let world: HarborUnderTest;
let acme: number;
let user: { username: string; password: string };

beforeAll(async () => {
  world = await HarborUnderTest.start();
  acme = await world.project('acme');
  user = { username: 'jo', password: 'Harbor12345' };
  await world.send('POST', '/users', { ...user, email: 'jo@x.test', realname: 'Jo' });
});
afterAll(() => world.end());

const refusal = ({ status, json }: Answer) => [status, json.errors[0].message.split('\n').at(-1)];
const create = (body: object, options: object = {}) => world.send('POST', '/projects', body, options);
const names = ({ json }: Answer) => json.map(({ name }: { name: string }) => name);
const shown = async (path: string) => (await world.send('GET', path)).json;

describe('a project that is made', () => {
  const retention =
    "bad request: the retention_id in the request's payload when creating a project should be omitted, alternatively passing an empty string";

  it.each([
    [400, "metadata.public should only be 'true' or 'false', but got: 'maybe'", { metadata: { public: 'maybe' } }],
    [400, retention, { metadata: { retention_id: '5' } }],
    [400, 'bad request: 0 is invalid value of registry_id, it should be geater than 0', { registry_id: 0 }],
    [400, 'bad request: exceeded 1024TB, which is 1125899906842624 Bytes, value=2e+15', { storage_limit: 2e15 }],
    [500, 'internal server error', { metadata: { auto_scan: 'x'.repeat(256) } }],
    [422, 'project_name in body should be at most 255 chars long', { project_name: '日'.repeat(256) }],
  ])('is refused with %i %s', async (status, message, change) => {
    const answer = await create({ project_name: 'Never Made', ...change });
    expect(refusal(answer)).toEqual([status, message.replace('2e+15', '2000000000000000')]);
  });

  it('takes some settings as they are, and leaves out others', async () => {
    const metadata = { public: '', severity: 'Negligible', auto_scan: 'so so', proxy_speed_kb: '5', retention_id: '' };
    await create({ project_name: 'settled', public: true, metadata });
    const { severity, auto_scan, public: open, ...rest } = (await shown('/projects/settled')).metadata;
    expect([severity, auto_scan, open, rest]).toEqual(['none', 'so so', 'true', {}]);
    // The scanner is kept among them (v2.15.2, src/controller/scanner/base_controller.go).
    await world.send('PUT', '/projects/settled/scanner', { uuid: 'some' });
    const listed = await shown('/projects/settled/metadatas/');
    expect([listed.severity, listed.projectScanner]).toEqual(['Negligible', 'some']);
  });

  it('is found at its name or its id', async () => {
    const headers = { 'X-Resource-Name-In-Location': 'true' };
    expect((await create({ project_name: 'located' }, { headers })).headers.location).toBe(
      '/api/v2.0/projects/located',
    );
  });

  it('has the usual limit when a user makes it, who is no administrator of proxies', async () => {
    expect((await create({ project_name: 'limited', storage_limit: -5 }, { as: user })).status).toBe(201);
    expect(refusal(await create({ project_name: 'proxy', registry_id: 1 }, { as: user }))).toEqual([
      403,
      'Only system admin can create proxy cache project',
    ]);
  });
});

describe('a project that is changed', () => {
  const put = (body: object) => world.send('PUT', '/projects/acme', body);

  it('keeps its retention policy, its own list and its age', async () => {
    const before = await shown('/projects/acme');
    expect((await put({ metadata: { retention_id: '9' } })).status).toBe(400);
    expect(refusal(await put({ cve_allowlist: { project_id: 99 } }))).toEqual([
      400,
      `project_id in cve_allowlist must be ${acme} but it's 99`,
    ]);
    expect((await put({ cve_allowlist: { items: [{ cve_id: ' ' }] } })).status).toBe(500);
    await put({ metadata: { severity: 'HIGH', max_upstream_conn: '3' } });
    const after = await shown('/projects/acme');
    expect([after.update_time, after.metadata]).toEqual([before.update_time, { public: 'false', severity: 'high' }]);
  });
});

describe('single settings', () => {
  const path = '/projects/acme/metadatas';
  const put = (key: string, value: string) => world.send('PUT', `${path}/${key}`, { [key]: value });

  it.each([
    ['auto_scan', 'T', 'true'],
    ['prevent_vul', '0', 'false'],
    ['proxy_speed_kb', '+007', '7'],
    ['proxy_cache_local_on_not_found', 'True', 'true'],
  ])('%s: %s is kept as %s', async (key, value, kept) => {
    expect((await world.send('POST', `${path}/`, { [key]: value })).status).toBe(200);
    expect(await shown(`${path}/${key}`)).toEqual({ [key]: kept });
  });

  it.each([
    ['auto_scan', 'yes', 'invalid value: yes'],
    ['severity', 'unknown', 'invalid value: unknown'],
    ['max_upstream_conn', '2147483648', 'invalid value: 2147483648'],
    ['retention_id', '1', 'invalid key: retention_id'],
  ])('refuse %s: %s', async (key, value, message) => {
    expect(refusal(await put(key, value))).toEqual([400, message]);
  });

  it('are changed only where they are set, and are one text each', async () => {
    expect((await put('enable_content_trust', 'true')).status).toBe(200);
    expect(await shown(`${path}/enable_content_trust`)).toEqual({});
    expect(refusal(await world.send('POST', `${path}/`))).toEqual([400, 'only allow one key/value pair']);
    expect((await world.send('POST', `${path}/`, { auto_scan: true })).status).toBe(422);
  });

  it.each([
    ['2.12', 'max_upstream_conn'],
    ['2.14', 'proxy_cache_local_on_not_found'],
  ] as const)('of later versions are unknown to %s: %s', async (harborVersion, key) => {
    const older = await HarborUnderTest.start({ harborVersion });
    await older.project('acme', { [key]: 'true' });
    expect(refusal(await older.send('POST', `${path}/`, { [key]: '1' }))).toEqual([400, `invalid key: ${key}`]);
    expect((await older.send('GET', '/projects/acme')).json.metadata).toEqual({ public: 'false' });
    await older.end();
  });
});

describe('lists of projects', () => {
  const list = (query: string, as?: typeof user | null) =>
    world.send('GET', `/projects?${query}`, undefined, as === undefined ? {} : { as });

  it.each([
    ['name=ACM', ['acme']],
    ['name=acme&q=name%3Dlibrary', ['acme']],
    ['owner=jo', ['limited']],
    ['public=yes', ['library', 'settled']],
    ['public=nonsense&name=acme', ['acme']],
    ['q=public%3D1', ['library', 'settled']],
    ['q=owner%3D~j&name=acme', ['acme']],
    ['sort=-ProjectID&page_size=1', ['limited']],
    ['sort=public,-project_id&page_size=1', ['limited']],
  ])('know %s', async (query, expected) => {
    expect(names(await list(query))).toEqual(expected);
  });

  it('leave out what nobody asked for, and what is not theirs', async () => {
    const [bare] = (await list('with_detail=false&name=acme')).json;
    expect(bare).toMatchObject({ name: 'acme', current_user_role_id: 1, cve_allowlist: { items: null } });
    expect([bare.metadata, bare.owner_name]).toEqual([undefined, undefined]);
    expect(names(await list('', user))).toEqual(['library', 'limited', 'settled']);
    expect(names(await list('public=false', user))).toEqual(['limited']);
    expect(names(await list('public=false', null))).toEqual([]);
  });

  it('are not needed to know whether there is a project', async () => {
    const head = async (name: string, as?: null) =>
      (await world.send('HEAD', `/projects?project_name=${name}`, undefined, as === null ? { as } : {})).status;
    expect([await head(''), await head('', null), await head('acme', null), await head('a%20b')]).toEqual([
      422, 422, 401, 400,
    ]);
  });
});

describe('names and ids in the path', () => {
  it.each([
    ['+1', {}, 200],
    ['-1', {}, 404],
    ['1', { 'X-Is-Resource-Name': 'Yes' }, 404],
    ['a%20b', {}, 400],
  ])('%s with %j is %i', async (project, headers, status) => {
    expect((await world.send('GET', `/projects/${project}`, undefined, { headers })).status).toBe(status);
  });
});

describe('a summary', () => {
  it('shows the quota and the members to those who may see them', async () => {
    const summary = async (as?: typeof user | null) =>
      Object.keys(
        (await world.send('GET', '/projects/settled/summary', undefined, as === undefined ? {} : { as })).json,
      ).sort();
    expect(await summary(null)).toEqual(['repo_count']);
    await world.send('POST', '/projects/settled/members', { role_id: 5, member_user: { username: 'jo' } });
    expect(await summary(user)).toEqual(['quota', 'repo_count']);
    expect(await summary()).toEqual(['limited_guest_count', 'project_admin_count', 'quota', 'repo_count']);
  });
});
