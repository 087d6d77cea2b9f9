import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failures, HarborWorld } from './harbor-world.ts';

const delivery =
  'repository:pull repository:push scan:create artifact:read artifact-addition:read accessory:list tag:delete';

let world: HarborWorld;

beforeAll(async () => {
  world = await HarborWorld.start();
  await world.project('acme');
  await world.push('acme/app', 'v1');
}, 30_000);
afterAll(() => world?.end());

describe('a Harbor in order', () => {
  it('is found so by its administrator, who is no member of the project', async () => {
    await world.project('others', {}, await world.user('owner'));
    const results = await world.examine({ image: 'others/app:v1' });
    expect(failures(results)).toEqual([]);
    expect(results.get('harbor-api')?.seen).toMatch(/^Harbor v2\.15/);
    expect(results.get('harbor-health')?.seen).toBe('all are healthy');
    expect(results.get('project-role')?.seen).toBe('admin is no member, but an administrator of the system');
    expect(results.get('storage')?.seen).toMatch(/are free/);
    expect(results.get('content-push')?.seen).toMatch(/nothing is left of it/);
  });

  it('is found so by a robot account with what a delivery takes, which is told what it may not read', async () => {
    const as = await world.robot('acme', delivery);
    const results = await world.examine({ image: 'acme/app:v1', as });
    expect(failures(results)).toEqual([]);
    expect(results.get('project-role')?.seen).toBe(`${as.username} is a robot account`);
    const skipped = [...results.values()]
      .filter(({ status }) => status === 'skipped')
      .map(({ id, seen }) => `${id}: ${seen}`);
    expect(skipped).toEqual([
      `storage: ${as.username} may not read that: it takes the rights of an administrator of the system`,
      `quota: ${as.username} may not read that: it takes "project: read"`,
      `immutability: ${as.username} may not read that: it takes "immutable-tag: list"`,
      `scanner: ${as.username} may not read that: it takes "scanner: read"`,
      'scanner-data: not examined, since it needs: scanner',
      'content-pull: no account of the cluster was named',
    ]);
    expect(results.get('content-push')?.facts).toEqual([expect.stringContaining('"repository: delete"')]);
  });
});

describe('an older Harbor', () => {
  it.each(['2.12', '2.14'] as const)('%s is examined alike', async (harborVersion) => {
    const old = await HarborWorld.start({ harborVersion });
    await old.project('acme');
    const as = await old.robot('acme', delivery.replace('scan:create', 'scan:read'));
    const unpermitted = await old.examine({ image: 'acme/app', as });
    const missing = await old.examine({ image: 'missing/app', as });
    await old.end();
    expect(unpermitted.get('harbor-api')?.seen).toContain(`Harbor v${harborVersion}`);
    expect(failures(unpermitted)).toEqual(['may-scan AUTH_DENIED']);
    expect(missing.get('project')?.seen).toBe('there is no project "missing"');
  });
});

describe('a missing project', () => {
  it('is named to an administrator, whom Harbor tells 404', async () => {
    const results = await world.examine({ image: 'missing/app' });
    expect(failures(results)).toEqual(['project PROJECT_UNAVAILABLE']);
    expect(results.get('project')).toMatchObject({
      seen: 'there is no project "missing"',
      facts: [expect.stringContaining('(404)')],
      advice: expect.stringContaining('create the project'),
    });
  });

  it.each(['user', 'robot'])('is named to a %s, although Harbor says 403', async (kind) => {
    const as = kind === 'user' ? await world.user('jo') : await world.robot('acme', delivery);
    const results = await world.examine({ image: 'missing/app', as });
    expect(failures(results)).toEqual(['project PROJECT_UNAVAILABLE']);
    expect(results.get('project')).toMatchObject({
      seen: 'there is no project "missing"',
      facts: [expect.stringContaining('403')],
    });
    expect(results.get('may-push')?.status).toBe('skipped');
  });

  it('is told from one that is closed to the account', async () => {
    await world.project('closed');
    const robot = await world.robot('acme', delivery);
    const results = await world.examine({ image: 'closed/app', as: robot });
    expect(failures(results)).toEqual(['project PROJECT_UNAVAILABLE']);
    expect(results.get('project')).toMatchObject({
      seen: `the project "closed" is there, but closed to ${robot.username} (403)`,
      advice: expect.stringContaining('another project'),
    });
    const user = await world.user('jane');
    const other = await world.examine({ image: 'closed/app', as: user });
    expect(other.get('project')?.advice).toContain('make jane a member');
  });

  it('cannot be told from a private one by nobody, whom Harbor tells 401', async () => {
    const results = await world.examine({ image: 'missing/app', as: null });
    expect(failures(results)).toEqual(['project AUTH_FAILED']);
    expect(results.get('project')?.advice).toContain('"username"');
    expect(results.get('read-only')?.status).toBe('skipped');
  });
});

describe('a missing permission', () => {
  it.each([
    ['scan:create', 'may-scan', 'scan: create'],
    ['artifact-addition:read', 'may-read-reports', 'artifact-addition: read'],
    ['accessory:list', 'may-list-accessories', 'accessory: list'],
  ])('of a robot account, %s, is named', async (missing, id, permission) => {
    const as = await world.robot('acme', delivery.replace(missing, 'label:read'));
    const results = await world.examine({ image: 'acme/app', as });
    expect(failures(results)).toEqual([`${id} AUTH_DENIED`]);
    expect(results.get(id)).toMatchObject({
      seen: `${as.username} lacks ${permission} in the project "acme"`,
      advice: `Add "${permission}" to the permissions of ${as.username} (Robot Accounts, Edit).`,
    });
  });

  it('to push or pull is found before anything is sent', async () => {
    const puller = await world.robot('acme', delivery.replace('repository:push', 'label:read'));
    const pulling = await world.examine({ image: 'acme/app', as: puller });
    expect(failures(pulling)).toEqual(['token-scope AUTH_DENIED']);
    expect(pulling.get('token-scope')?.advice).toContain('a robot account "repository: push"');
    expect(pulling.get('content-push')?.status).toBe('skipped');
    const scanner = await world.robot('acme', delivery.replace('repository:pull repository:push', 'label:read'));
    const scanning = await world.examine({ image: 'acme/app', as: scanner });
    expect(failures(scanning)).toEqual(['may-pull AUTH_DENIED', 'may-push AUTH_DENIED']);
    expect(scanning.get('may-push')?.advice).toContain('"repository: push"');
  });

  it('to delete tags is a warning, and of who only pulls nothing but that is asked', async () => {
    const as = await world.robot('acme', delivery.replace('tag:delete', 'label:read'));
    expect((await world.examine({ image: 'acme/app', as })).get('may-delete-tags')?.status).toBe('warning');
    const puller = await world.robot('acme', 'repository:pull');
    const results = await world.examine({ image: 'acme/app', as: puller, mayPush: false });
    expect(failures(results)).toEqual([]);
    expect(results.has('may-scan')).toBe(false);
    expect(results.get('content-push')?.status).toBe('skipped');
  });

  it('of a member names the role that has it', async () => {
    const as = await world.user('dev', 'acme');
    const results = await world.examine({ image: 'acme/app', as });
    expect(failures(results)).toEqual(['may-scan AUTH_DENIED']);
    expect(results.get('may-scan')?.advice).toContain('maintainer at least');
    expect(results.get('project-role')?.seen).toBe('dev is developer');
  });

  it('of who is no member of a public project is seen from the role', async () => {
    await world.project('open', { public: 'true' });
    const results = await world.examine({ image: 'open/app', as: await world.user('stranger') });
    expect(results.get('project-role')).toMatchObject({
      status: 'warning',
      advice: expect.stringContaining('Members'),
    });
    expect(failures(results)[0]).toBe('token-scope AUTH_DENIED');
  });
});

describe('the state of the server', () => {
  it('read-only is named, and nothing is sent then', async () => {
    world.harbor.control.setReadOnly(true);
    const results = await world.examine({ image: 'acme/app' });
    world.harbor.control.setReadOnly(false);
    expect(failures(results)).toEqual(['read-only REGISTRY_READ_ONLY']);
    expect(results.get('content-push')?.status).toBe('skipped');
  });

  it('a full quota is named with its figures, and a filling one warned of', async () => {
    await world.project('small');
    await world.push('small/app', 'v1');
    world.harbor.control.fillQuota('small');
    const full = await world.examine({ image: 'small/app' });
    expect(failures(full)).toEqual(['quota QUOTA_EXCEEDED']);
    expect(full.get('quota')?.seen).toMatch(/ of .* are used \(100 %\)/);
    world.harbor.control.fillQuota('small', 200);
    expect((await world.examine({ image: 'small/app' })).get('quota')?.status).toBe('warning');
    world.harbor.control.fillQuota('small', 1_000_000);
    expect((await world.examine({ image: 'small/app' })).get('quota')?.status).toBe('ok');
  });

  it('a quota that was exceeded is found by the push of who may not read it', async () => {
    await world.project('tight');
    await world.push('tight/app', 'v1');
    world.harbor.control.fillQuota('tight', -100);
    const results = await world.examine({ image: 'tight/app', as: await world.robot('tight', delivery) });
    expect(failures(results)).toEqual(['content-push QUOTA_EXCEEDED']);
  });
});
