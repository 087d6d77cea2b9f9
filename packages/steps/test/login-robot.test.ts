import { mkdir, readdir, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createHttp } from '@harbor-pilot/http';
import { createRegistry } from '@harbor-pilot/registry';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomImage } from '../../registry/test/images.ts';
import { brokerPermissions, loginStep, logoutStep } from '../src/index.ts';
import { accessOf } from '../src/login/permissions.ts';
import { storedCredentials } from '../src/stored-credentials.ts';
import { type Job, type RobotWorld, startRobotWorld } from './robot-world.ts';
import { captureRuntime } from './runtime.ts';

let world: RobotWorld;
beforeAll(async () => {
  world = await startRobotWorld();
});
afterAll(() => world.close());
afterEach(async () => {
  for (const project of ['shop', 'base', '/']) {
    for (const { id } of await ofJobs(project)) await world.harbor.deleteRobot(id);
  }
});

const gitlab = { CI_PIPELINE_ID: '77', CI_JOB_ID: '1234', CI_JOB_NAME: 'Push: image [x]' };
const ofJobs = async (project = 'shop') =>
  (await world.harbor.robots(project === '/' ? undefined : project)).filter(({ name }) =>
    name.includes('harbor-pilot-'),
  );

/** What a broker needs that makes accounts that may push. */
const needed = [...brokerPermissions, ...accessOf('push')].map(({ resource, action }) => ({ resource, action }));

let folders = 0;
/** Logs in, into a folder of its own. */
function logIn(inputs: Record<string, string> = {}, job: Job = world.job('gitlab', gitlab)): Promise<Job> {
  folders += 1;
  const given = { 'robot-preset': 'push', 'robot-projects': 'shop', 'docker-config': `login-${folders}`, ...inputs };
  return world.run(loginStep, { ...world.brokerInputs(), ...given }, job);
}

describe('a robot account for one job', () => {
  it('may do what it is for in its project, is kept like any login, and deleted at the end', async () => {
    const { outputs, masked, lines } = await logIn();
    const [robot, ...others] = await ofJobs();
    expect(others).toEqual([]);
    expect(robot).toMatchObject({
      name: expect.stringMatching(/^robot\$shop\+harbor-pilot-gitlab-77-1234-push-image-x-[0-9a-f]{8}$/),
      level: 'project',
      durationDays: 1,
      description: expect.stringContaining('for one job'),
      permissions: [{ kind: 'project', namespace: 'shop', access: expect.arrayContaining([...accessOf('push')]) }],
    });
    expect(outputs).toMatchObject({
      username: robot?.name,
      'robot-id': String(robot?.id),
      'expires-at': robot?.expiresAt?.toISOString(),
      registry: world.host,
    });
    expect(lines.join('\n')).toContain('up to 30 minutes more');
    const folder = outputs['docker-config'] ?? '';
    const credentials = storedCredentials(captureRuntime(world.folder, { DOCKER_CONFIG: folder }))(world.host);
    expect([credentials?.username, masked]).toEqual([robot?.name, expect.arrayContaining([credentials?.password])]);
    expect((await stat(join(folder, 'harbor-pilot-robots.json'))).mode & 0o777).toBe(0o600);
    const files = await Promise.all(
      (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8').catch(() => '')),
    );
    expect(files.join()).not.toContain(Buffer.from(`admin:${world.administrator.password}`).toString('base64'));
    const http = createHttp({ trust: { [world.host]: { caCertificate: world.caCertificate } } });
    const registry = createRegistry({ http, host: world.host, ...(credentials === undefined ? {} : { credentials }) });
    const image = randomImage(1, 1000);
    await registry.pushImage('shop/app', image.root.descriptor, image.source, { tags: ['1'] });
    await expect(
      registry.pushImage('base/app', image.root.descriptor, image.source, { tags: ['1'] }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/AUTH_DENIED|PROJECT_UNAVAILABLE/) });
    http.close();
    const ended = await logOut({ 'docker-config': folder });
    expect(ended.outputs).toEqual({ 'deleted-count': '1' });
    expect(await ofJobs()).toEqual([]);
    expect((await logOut({ 'docker-config': folder })).outputs).toEqual({ 'deleted-count': '0' });
  });

  it('of several projects is one of the system', async () => {
    const { outputs } = await logIn({ 'robot-projects': 'shop, base', 'robot-preset': 'pull' });
    const [robot] = await ofJobs('/');
    expect(robot?.permissions.map(({ namespace, access }) => [namespace, access])).toEqual([
      ['shop', [{ resource: 'repository', action: 'pull' }]],
      ['base', [{ resource: 'repository', action: 'pull' }]],
    ]);
    expect(outputs.username).toMatch(/^robot\$harbor-pilot-/);
  });

  it('is for the project of the image when no other is named, beside accounts of other registries', async () => {
    const other = world.host.replace('127.0.0.1', 'localhost');
    const listed = JSON.stringify([{ registry: other, ...world.administrator }]);
    const given = { 'robot-projects': '', image: 'base/app:1', 'registry-auth': listed };
    expect((await logIn(given)).outputs.registry).toBe(`${world.host},${other}`);
    expect(await ofJobs('base')).toHaveLength(1);
  });

  it('is told on GitHub to the part at the end of the job, without a secret', async () => {
    const environment = { GITHUB_RUN_ID: '9', GITHUB_RUN_ATTEMPT: '1', GITHUB_JOB: 'release' };
    const job = await logIn({ 'docker-config': '' }, world.job('github', environment));
    const [robot] = await ofJobs();
    expect(job.logouts).toEqual([
      {
        registry: world.host,
        'broker-username': 'admin',
        'ca-certificate': world.caCertificate,
        insecure: 'false',
        'plain-http': 'false',
        'robot-id': String(robot?.id),
      },
    ]);
    const inputs = { ...job.logouts[0], 'broker-password': world.administrator.password };
    await world.run(logoutStep, inputs, world.job('github', environment));
    expect(await ofJobs()).toEqual([]);
    expect((await logIn({ logout: 'false' }, world.job('github', environment))).logouts).toEqual([]);
  });

  it('does not stay when the login fails after all', async () => {
    await symlink('/dev/null', join(world.folder, 'null')).catch(() => undefined);
    await expect(logIn({ 'docker-config': 'null/x' })).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    const registry = world.host.replace('127.0.0.1', 'localhost');
    const wrong = JSON.stringify([{ registry, username: 'nobody', password: 'wr0ng-pass' }]);
    await expect(logIn({ 'registry-auth': wrong })).rejects.toMatchObject({ code: 'AUTH_FAILED' });
    const job = { ...world.job('gitlab', gitlab), signal: AbortSignal.abort(new Error('stopped')) };
    await expect(logIn({}, job)).rejects.toThrow();
    expect(await ofJobs()).toEqual([]);
  });
});

describe('the account that makes robot accounts', () => {
  it('can be a robot account with just the permissions that are told', async () => {
    const broker = await world.robot(needed);
    const job = await logIn(world.brokerInputs(broker));
    expect(job.lines.join('\n')).not.toMatch(/stay:/);
    const inputs = { ...world.brokerInputs(broker), 'docker-config': job.outputs['docker-config'] ?? '' };
    expect((await world.run(logoutStep, inputs, world.job('gitlab', gitlab))).outputs['deleted-count']).toBe('1');
  });

  it.each([
    ['robot', 'create', /"robot: create"/],
    ['repository', 'push', /must have every permission/],
  ])('is told which permission it lacks, before anything else happens: %s:%s', async (resource, action, hint) => {
    const broker = await world.robot(needed.filter((one) => one.resource !== resource || one.action !== action));
    const before = await readdir(world.folder);
    await expect(logIn(world.brokerInputs(broker))).rejects.toMatchObject({
      code: 'AUTH_DENIED',
      hint: expect.stringMatching(hint),
    });
    expect([await ofJobs(), await readdir(world.folder)]).toEqual([[], before]);
  });

  it.each(['read', 'delete'])('lacks robot:%s at the end only', async (action) => {
    const broker = await world.robot(needed.filter((one) => one.resource !== 'robot' || one.action !== action));
    const job = await logIn(world.brokerInputs(broker));
    const inputs = { ...world.brokerInputs(broker), 'docker-config': job.outputs['docker-config'] ?? '' };
    await expect(world.run(logoutStep, inputs, world.job('gitlab', gitlab))).rejects.toMatchObject({
      code: 'AUTH_DENIED',
      hint: expect.stringContaining(`robot: ${action}`),
    });
  });

  it.each([
    ['robot', 'list', /stay:.*list the robot accounts/],
    ['project', 'read', /stay:.*project/],
  ])('goes on without the permission to look for leftovers: %s:%s', async (resource, action, line) => {
    const access = accessOf('pull');
    const broker = await world.robot(
      [...brokerPermissions, ...access]
        .filter((one) => one.resource !== resource || one.action !== action)
        .map((one) => ({ resource: one.resource, action: one.action })),
    );
    const job = await logIn({ ...world.brokerInputs(broker), 'robot-preset': 'pull' });
    expect(job.lines.at(-1)).toMatch(line);
  });

  it('can be a robot account of the system, for several projects', async () => {
    const own = brokerPermissions.filter(({ resource }) => resource === 'robot');
    const inProjects = ['shop', 'base'].map((namespace) => ({ kind: 'project' as const, namespace, access: needed }));
    const access = own.map(({ resource, action }) => ({ resource, action }));
    const permissions = [{ kind: 'system' as const, namespace: '/', access }, ...inProjects];
    const { name, secret } = await world.harbor.createSystemRobot({ name: 'broker', durationDays: 7, permissions });
    const broker = world.brokerInputs({ username: name, password: secret });
    const job = await logIn({ ...broker, 'robot-projects': 'shop,base' });
    expect([job.outputs.username, job.lines.join('\n')]).toEqual([
      expect.stringMatching(/^robot\$harbor-pilot-/),
      expect.not.stringContaining('stay:'),
    ]);
    const inputs = { ...broker, 'docker-config': job.outputs['docker-config'] ?? '' };
    expect((await world.run(logoutStep, inputs, world.job('gitlab', gitlab))).outputs['deleted-count']).toBe('1');
  });

  it('of one project makes none for several, and none of an unknown project', async () => {
    const broker = world.brokerInputs(await world.robot(needed));
    await expect(logIn({ ...broker, 'robot-projects': 'shop,base' })).rejects.toMatchObject({
      code: 'AUTH_DENIED',
      hint: expect.stringContaining('of the system'),
    });
    await expect(logIn({ 'robot-projects': 'nowhere' })).rejects.toMatchObject({ code: 'PROJECT_UNAVAILABLE' });
    await expect(logIn({ 'broker-username': 'nobody', 'broker-password': 'wr0ng-pass' })).rejects.toMatchObject({
      code: 'AUTH_FAILED',
    });
  });
});

describe('a broker beside another account', () => {
  const account = (one: { username: string; password: string }) => ({
    ...one,
    'robot-preset': '',
    'robot-projects': '',
  });

  it('tells when that expires, and makes none', async () => {
    const robot = await world.robot(accessOf('pull'));
    const { lines } = await logIn(account(robot));
    expect(lines.at(-1)).toMatch(/^warning: robot\$shop\+made-\d+ expires in \d+ days?, on 20/);
    expect((await logIn({ ...account(robot), 'expiry-warning-days': '1' })).lines.at(-1)).toMatch(/it may pull/);
    expect(await ofJobs()).toEqual([]);
  });

  it('that may not know it is no reason to fail', async () => {
    const robot = await world.robot(accessOf('pull'));
    const broker = world.brokerInputs(await world.robot(accessOf('pull')));
    expect((await logIn({ ...broker, ...account(robot) })).lines.at(-1)).toMatch(/when it expires is not known/);
  });

  it('expires itself, and says so in time', async () => {
    const broker = await world.robot(needed);
    const { lines } = await logIn(world.brokerInputs(broker));
    expect(lines.at(-1)).toMatch(`warning: ${broker.username} expires in`);
  });
});

describe('what jobs have left', () => {
  it('is deleted by a later login: only what is old, made for a job, and of these projects', async () => {
    const dead = await logIn();
    await logIn({ 'robot-projects': 'base' });
    const access = accessOf('pull');
    const kept = { project: 'shop', durationDays: 7, access };
    await world.harbor.createRobot({ ...kept, name: 'harbor-pilot-mine-00000000', description: 'by hand' });
    await world.harbor.createRobot({ ...kept, name: 'other', description: 'Harbor Pilot made this for one job' });
    world.later(20);
    const young = await logIn();
    world.later(5);
    const now = await logIn();
    const names = (await ofJobs()).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([young.outputs.username, now.outputs.username, 'robot$shop+harbor-pilot-mine-00000000']),
    );
    expect(names).toHaveLength(3);
    expect(now.lines).toContain(`deleted the robot account ${dead.outputs.username}, which a job has left`);
    expect((await world.harbor.robots('shop')).map(({ name }) => name)).toContain('robot$shop+other');
    expect(await ofJobs('base')).toHaveLength(1);
    await logIn({ 'robot-sweep-after': '1h' });
    expect((await ofJobs()).map(({ name }) => name)).not.toContain(young.outputs.username);
  });
});

describe('the inputs for a robot account', () => {
  it.each([
    [{ 'robot-preset': '' }, /"robot-preset" is missing/],
    [{ 'robot-projects': '' }, /no project is given/],
    [{ 'docker-config': '' }, /no folder/],
    [{ 'broker-password': '' }, /no password of admin/],
    [{ 'broker-username': '' }, /no credentials/],
    [{ username: 'robot$shop+ci', password: 'S3cret-of-ci' }, /an account of/],
  ])('%j are refused before anything happens', async (inputs, message) => {
    await expect(logIn(inputs as unknown as Record<string, string>)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(message),
    });
    expect(await ofJobs()).toEqual([]);
  });
});

describe('a merge request of a fork', () => {
  it('gets no robot account that may push, unless somebody allows it', async () => {
    const fork = { ...gitlab, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: '2', CI_PROJECT_ID: '1' };
    await expect(logIn({}, world.job('gitlab', fork))).rejects.toMatchObject({ code: 'FORK_REFUSED' });
    await logIn({ 'robot-preset': 'deploy' }, world.job('gitlab', fork));
    await logIn({ 'allow-forks': 'true' }, world.job('gitlab', fork));
    expect(await ofJobs()).toHaveLength(2);
  });
});

describe('a logout', () => {
  it('deletes nothing that was not made for this job', async () => {
    const { outputs } = await logIn();
    const [robot] = await ofJobs();
    const inputs = { ...world.brokerInputs(), 'robot-id': outputs['robot-id'] ?? '' };
    const other = world.job('gitlab', { ...gitlab, CI_JOB_ID: '99' });
    await expect(world.run(logoutStep, inputs, other)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    const ofSomebody = await world.harbor.createRobot({
      name: 'long-lived',
      project: 'shop',
      durationDays: -1,
      access: accessOf('pull'),
    });
    await expect(logOut({ 'robot-id': String(ofSomebody.id) })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(await world.harbor.robot(ofSomebody.id)).toBeDefined();
    expect(await ofJobs()).toEqual([robot]);
    expect((await logOut({ 'robot-id': '999999' })).lines).toEqual(['the robot account 999999 is gone already']);
  });

  it('needs no broker where nothing was made, and says what is missing', async () => {
    await mkdir(join(world.folder, 'empty'), { recursive: true });
    const { lines } = await world.run(
      logoutStep,
      { registry: world.host, 'docker-config': 'empty' },
      world.job('gitlab'),
    );
    expect(lines).toEqual([`no robot account of ${world.host} was made for this login`]);
    for (const inputs of [{}, { 'robot-id': '1;2' }]) {
      await expect(logOut(inputs)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    }
  });
});

function logOut(inputs: Record<string, string>): Promise<Job> {
  return world.run(logoutStep, { ...world.brokerInputs(), ...inputs }, world.job('gitlab', gitlab));
}
