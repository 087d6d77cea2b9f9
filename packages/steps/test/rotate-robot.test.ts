import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createHttp } from '@harbor-pilot/http';
import { createRegistry } from '@harbor-pilot/registry';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rotateRobotStep } from '../src/index.ts';
import { type Job, type RobotWorld, startRobotWorld } from './robot-world.ts';

let world: RobotWorld;
let count = 0;
beforeAll(async () => {
  world = await startRobotWorld();
});
afterAll(() => world.close());

const access = [
  { resource: 'repository', action: 'pull' },
  { resource: 'repository', action: 'push' },
];

/** A robot account that lives long, and the runs of the command that look after it. */
async function longLived(): Promise<{
  readonly name: string;
  readonly secret: string;
  readonly out: string;
  rotate(inputs?: Record<string, string>): Promise<Job>;
}> {
  count += 1;
  const name = `ci${count}`;
  const made = await world.harbor.createRobot({ name, project: 'shop', durationDays: 90, description: 'CI', access });
  const out = join(world.folder, `${name}.env`);
  const rotate = (inputs: Record<string, string> = {}) => {
    const job = world.job('terminal');
    const now = () => world.now();
    const common = { registry: world.host, 'ca-certificate': world.caCertificate, ...world.administrator };
    return world.run(
      rotateRobotStep,
      { ...common, robot: made.name, out, ...inputs },
      { ...job, clock: { ...job.clock, now } },
    );
  };
  return { name: made.name, secret: made.secret, out, rotate };
}

async function secretIn(file: string): Promise<{ username: string; password: string }> {
  const [, username = '', password = ''] =
    /USERNAME='(.*)'\n.*PASSWORD='(.*)'\n/.exec(await readFile(file, 'utf8')) ?? [];
  return { username, password };
}

async function isAccepted(credentials: { username: string; password: string }): Promise<boolean> {
  const http = createHttp({ trust: { [world.host]: { caCertificate: world.caCertificate } } });
  const answer = createRegistry({ http, host: world.host, credentials }).ping();
  return answer
    .then(
      () => true,
      () => false,
    )
    .finally(() => http.close());
}

const family = async (name: string) =>
  (await world.harbor.robots('shop')).filter((one) => one.name.startsWith(name)).map((one) => one.name);

describe('a rotation', () => {
  it('makes a successor with the same rights, writes it down, and leaves the one before good for a while', async () => {
    const { name, secret, out, rotate } = await longLived();
    const first = await rotate();
    const next = await secretIn(out);
    expect([first.outputs, (await stat(out)).mode & 0o777]).toEqual([
      { username: `${name}-a`, rotated: 'true' },
      0o600,
    ]);
    expect(next.username).toBe(`${name}-a`);
    expect(await Promise.all([next, { username: name, password: secret }].map(isAccepted))).toEqual([true, true]);
    const successor = (await world.harbor.robots('shop')).find((one) => one.name === `${name}-a`);
    expect(successor).toMatchObject({
      durationDays: 90,
      description: `CI (successor of ${name})`,
      permissions: [{ namespace: 'shop', access }],
    });
    expect(first.lines.join('\n')).not.toContain(next.password);
    expect(first.masked).toContain(next.password);

    const early = await rotate();
    expect(early.outputs).toEqual({ username: `${name}-a`, rotated: 'false' });
    expect(early.lines.join('\n')).toContain(`if nobody has the secret of ${name}-a, delete that one now`);
    world.later(25);
    expect((await rotate({ 'every-days': '30' })).outputs).toEqual({ username: `${name}-a`, rotated: 'false' });
    expect(await family(name)).toEqual([`${name}-a`]);
    expect((await rotate()).outputs.username).toBe(`${name}-b`);
    world.later(25);
    expect((await rotate()).outputs.username).toBe(`${name}-a`);
    expect((await family(name)).sort()).toEqual([`${name}-a`, `${name}-b`]);
  });

  it('keeps its hands off others of such a name', async () => {
    const { name, rotate } = await longLived();
    const other = { project: 'shop', durationDays: -1, access };
    await world.harbor.createRobot({ ...other, name: `${name.split('+')[1]}-b` });
    await rotate();
    world.later(25);
    await expect(rotate()).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    expect((await family(name)).sort()).toEqual([`${name}-a`, `${name}-b`]);
  });

  it('leaves nothing when the file cannot be written or the account is not taken', async () => {
    const { name, out, rotate } = await longLived();
    const before = await readdir(world.folder);
    await expect(rotate({ out: 'none/such' })).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    await expect(rotate({ out: '.' })).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect([await family(name), await readdir(world.folder)]).toEqual([[name], before]);
    await writeFile(out, 'old');
    await rotate();
    expect(await readFile(out, 'utf8')).not.toContain('old');
  });

  it('in place ends the old secret, and takes a user', async () => {
    const { name, secret, out, rotate } = await longLived();
    const broker = await world.robot([
      ...['create', 'delete', 'list', 'read'].map((action) => ({ resource: 'robot', action })),
      { resource: 'project', action: 'read' },
      ...access,
    ]);
    await expect(rotate({ 'in-place': 'true', ...broker })).rejects.toMatchObject({
      code: 'AUTH_DENIED',
      hint: expect.stringContaining('only a user'),
    });
    await rotate({ 'in-place': 'true', format: 'json' });
    const written = JSON.parse(await readFile(out, 'utf8'));
    expect(written).toMatchObject({ registry: world.host, username: name, expires: expect.stringMatching(/^20/) });
    expect(await Promise.all([written, { username: name, password: secret }].map(isAccepted))).toEqual([true, false]);
    expect((await rotate({ ...broker })).outputs.username).toBe(`${name}-a`);
  });

  it.each([
    ['robot$shop+nobody', {}, /no robot account/],
    ['nobody', {}, /no robot account/],
    ['robot+name', {}, /no robot account/],
    ['robot$nobody', {}, /no robot account/],
    ['robot$shop+x', { 'every-days': 'often' }, /"every-days"/],
  ])('of %s with %j is refused', async (robot, inputs, message) => {
    const { rotate } = await longLived();
    await expect(rotate({ robot, ...inputs })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(message),
    });
  });
});

describe('where names of robot accounts have another prefix', () => {
  const setPrefix = async (prefix: string): Promise<void> => {
    const http = createHttp({ trust: { [world.host]: { caCertificate: world.caCertificate } } });
    const { username, password } = world.administrator;
    const response = await http.request({
      method: 'PUT',
      url: `https://${world.host}/api/v2.0/configurations`,
      headers: {
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ robot_name_prefix: prefix }),
    });
    await response.discard();
    http.close();
    expect(response.status).toBe(200);
  };
  afterAll(() => setPrefix('robot$'));

  it.each(['robot-', 'bot', "it's$"])('such as %s, they are found and followed', async (prefix) => {
    await setPrefix(prefix);
    const { name, out, rotate } = await longLived();
    expect(name).toBe(`${prefix}shop+ci${count}`);
    expect((await rotate()).outputs.username).toBe(`${name}-a`);
    expect(await readFile(out, 'utf8')).toContain(`USERNAME='${`${name}-a`.replaceAll("'", "'\\''")}'\n`);
    const permissions = [{ kind: 'project', namespace: '*', access } as const];
    const made = await world.harbor.createSystemRobot({ name: `for-all${count}`, durationDays: 90, permissions });
    expect((await rotate({ robot: made.name })).outputs.username).toBe(`${prefix}for-all${count}-a`);
    world.later(25);
    expect((await rotate({ robot: made.name })).outputs.username).toBe(`${prefix}for-all${count}-b`);
    expect((await family(name)).sort()).toEqual([name, `${name}-a`]);
    const ofSystem = (await world.harbor.robots(undefined)).map((one) => one.name);
    expect(ofSystem.filter((one) => one.includes(`for-all${count}`))).toEqual([`${made.name}-a`, `${made.name}-b`]);
  });
});
