import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type DevHarbor, startDevHarbor } from '@harbor-pilot/dev-harbor';
import { createHttp } from '@harbor-pilot/http';
import { describeWithPeers } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { executeStep, loginStep } from '../src/index.ts';
import { storedCredentials } from '../src/stored-credentials.ts';
import { type CapturedRuntime, captureRuntime } from './runtime.ts';

let base: string;
let harbor: DevHarbor;
let robot: { name: string; secret: string };
/** A home with a configuration of Docker, and the place where GitHub has jobs put what is to go. */
let home: string;
let temporary: string;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'login-'));
  harbor = await startDevHarbor({ dataDirectory: join(base, 'harbor') });
  const http = createHttp({ trust: { [harbor.host]: { caCertificate: harbor.caCertificate } } });
  const authorization = `Basic ${Buffer.from(`${harbor.username}:${harbor.password}`).toString('base64')}`;
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const headers = { authorization, 'content-type': 'application/json' };
    const response = await http.request({
      method: 'POST',
      url: `${harbor.url}/api/v2.0${path}`,
      headers,
      body: JSON.stringify(body),
    });
    const text = await response.text();
    expect([response.status, text]).toEqual([201, expect.anything()]);
    return text === '' ? undefined : JSON.parse(text);
  };
  await post('/projects', { project_name: 'acme' });
  const access = [
    { resource: 'repository', action: 'pull' },
    { resource: 'repository', action: 'push' },
  ];
  const permissions = [{ kind: 'project', namespace: 'acme', access }];
  robot = (await post('/robots', { name: 'ci', level: 'project', duration: 7, permissions })) as typeof robot;
  http.close();
});
afterAll(async () => {
  await harbor.close();
  await rm(base, { recursive: true, force: true });
});
beforeEach(async () => {
  home = await mkdtemp(join(base, 'home-'));
  temporary = join(home, 'temporary');
  await mkdir(join(home, '.docker/cli-plugins'), { recursive: true });
  await mkdir(temporary);
});

const basic = (text: string): string => Buffer.from(text).toString('base64');
const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));

interface Job extends CapturedRuntime {
  readonly exported: Record<string, string>;
  readonly removedAfterJob: string[];
}

function job(environment: Record<string, string> = {}, name: 'github' | 'gitlab' = 'github'): Job {
  const exported: Record<string, string> = {};
  const removedAfterJob: string[] = [];
  return {
    ...captureRuntime(home, { RUNNER_TEMP: temporary, ...environment }),
    name,
    exportVariable: (variable, value) => {
      exported[variable] = value;
    },
    removeAfterJob: (folder) => void removedAfterJob.push(folder),
    exported,
    removedAfterJob,
  };
}

async function login(inputs: Record<string, string> = {}, runtime: Job = job()): Promise<Job> {
  const account =
    'registry-auth' in inputs ? {} : { registry: harbor.host, username: robot.name, password: robot.secret };
  const given: Readonly<Record<string, string>> = { 'ca-certificate': harbor.caCertificate, ...account, ...inputs };
  try {
    await executeStep(loginStep, runtime, [(name) => given[name]]);
  } finally {
    await runtime.end();
  }
  return runtime;
}

describe('a login on GitHub', () => {
  it('is kept in a private folder, for nobody else to read, that goes with the job', async () => {
    const { exported, outputs, removedAfterJob } = await login();
    const { DOCKER_CONFIG: folder = '', REGISTRY_AUTH_FILE: authFile = '' } = exported;
    expect(outputs).toMatchObject({ 'docker-config': folder, 'registry-auth-file': authFile });
    expect(removedAfterJob).toEqual([folder]);
    const modes = await Promise.all(
      [folder, join(folder, 'config.json'), authFile].map(async (path) => (await stat(path)).mode & 0o777),
    );
    expect(modes).toEqual([0o700, 0o600, 0o600]);
    const auth = basic(`${robot.name}:${robot.secret}`);
    expect(await readJson(join(folder, 'config.json'))).toEqual({ auths: { [harbor.host]: { auth } } });
    expect(await readJson(authFile)).toEqual({ auths: { [harbor.host]: { auth } } });
    const later = captureRuntime(home, exported);
    expect(storedCredentials(later)(harbor.host)).toEqual({ username: robot.name, password: robot.secret });
  });

  it('has all that the own configuration says, plugins and contexts, and leaves it as it was', async () => {
    const own = {
      auths: { 'other.example.com': { auth: basic('ann:one') }, [harbor.host]: { auth: basic('old:old') } },
      credHelpers: { [harbor.host]: 'ecr-login', 'gcr.example.com': 'gcloud' },
      credsStore: 'desktop',
      HttpHeaders: { 'X-Team': 'shop' },
      proxies: { default: { httpProxy: 'http://proxy:3128' } },
    };
    const path = join(home, '.docker/config.json');
    await writeFile(path, JSON.stringify(own));
    await mkdir(join(home, '.config/containers'), { recursive: true });
    await writeFile(
      join(home, '.config/containers/auth.json'),
      JSON.stringify({ auths: { 'quay.example.com': { auth: basic('pod:man') } } }),
    );
    const { exported } = await login();
    const folder = exported.DOCKER_CONFIG ?? '';
    const auth = basic(`${robot.name}:${robot.secret}`);
    expect(await readJson(join(folder, 'config.json'))).toEqual({
      ...own,
      auths: { ...own.auths, [harbor.host]: { auth } },
      credHelpers: { ...own.credHelpers, [harbor.host]: '' },
    });
    expect(await readJson(exported.REGISTRY_AUTH_FILE ?? '')).toEqual({
      auths: { ...own.auths, [harbor.host]: { auth }, 'quay.example.com': { auth: basic('pod:man') } },
      credHelpers: { 'gcr.example.com': 'gcloud' },
    });
    await writeFile(join(folder, 'cli-plugins/docker-buildx'), '');
    expect(await readdir(join(home, '.docker/cli-plugins'))).toEqual(['docker-buildx']);
    expect(await readJson(path)).toEqual(own);
    expect(storedCredentials(captureRuntime(home, exported))(harbor.host)?.username).toBe(robot.name);
    await rm(folder, { recursive: true });
    expect(await readdir(join(home, '.docker/cli-plugins'))).toEqual(['docker-buildx']);
  });

  it('goes on from the login before, and two jobs have nothing in common', async () => {
    const first = await login();
    const second = await login({ username: harbor.username, password: harbor.password });
    await rm(first.exported.DOCKER_CONFIG ?? '', { recursive: true });
    const find = storedCredentials(captureRuntime(home, second.exported));
    expect(find(harbor.host)?.username).toBe('admin');
    await writeFile(
      join(home, '.docker/config.json'),
      JSON.stringify({ auths: { 'a.example': { auth: basic('a:1') } } }),
    );
    const third = await login({}, job({ ...second.exported }));
    const { auths } = (await readJson(third.exported.REGISTRY_AUTH_FILE ?? '')) as { auths: object };
    expect(Object.keys(auths)).toEqual([harbor.host]);
  });

  it('leaves no folder when it fails half-way or is refused', async () => {
    await mkdir(join(home, '.docker/config.json'));
    await expect(login()).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    await rm(join(home, '.docker/config.json'), { recursive: true });
    await expect(login({ password: 'wrong-secret' })).rejects.toMatchObject({ code: 'ROBOT_REFUSED' });
    const runtime = { ...job(), signal: AbortSignal.abort(new Error('stopped')) };
    await expect(login({}, runtime)).rejects.toThrow();
    expect(await readdir(temporary)).toEqual([]);
  });

  it('stays after the job when it is to, and never quotes a damaged configuration', async () => {
    expect((await login({ logout: 'false' })).removedAfterJob).toEqual([]);
    await writeFile(join(home, '.docker/config.json'), '{"auths": s3cret-in-a-file}');
    const error: unknown = await login().catch((reason: unknown) => reason);
    expect(JSON.stringify([error, String((error as Error).cause)])).not.toContain('s3cret');
  });
});

describe('a login to several registries', () => {
  /** The same server under another name. */
  const other = (): string => harbor.host.replace('127.0.0.1', 'localhost');
  const list = (password: string): string =>
    JSON.stringify([
      { registry: harbor.host, username: robot.name, password: robot.secret },
      { registry: other(), username: 'admin', password },
    ]);

  it('keeps all of them', async () => {
    const { exported, outputs, masked } = await login({ 'registry-auth': list(harbor.password) });
    expect(outputs.registry).toBe(`${harbor.host},${other()}`);
    const { auths } = (await readJson(join(exported.DOCKER_CONFIG ?? '', 'config.json'))) as { auths: object };
    expect(Object.keys(auths)).toEqual([harbor.host, other()]);
    expect(masked).toEqual(expect.arrayContaining([robot.secret, harbor.password, `admin:${harbor.password}`]));
  });

  it('keeps none when one is refused, and names those that are', async () => {
    await expect(login({ 'registry-auth': list('wrong-one') })).rejects.toMatchObject({
      code: 'AUTH_FAILED',
      message: expect.stringMatching(/localhost:\d+.*refused/),
    });
    const both = list('wrong-one').replace(robot.secret, 'wrong-too');
    await expect(login({ 'registry-auth': both })).rejects.toMatchObject({
      message: expect.stringMatching(/127\.0\.0\.1:\d+.*robot.*; localhost:\d+.*admin/),
    });
    expect(await readdir(temporary)).toEqual([]);
  });
});

describeWithPeers('a login for skopeo', ['skopeo'], ({ skopeo }) => {
  it('lets it in', async () => {
    const own = { credHelpers: { [harbor.host]: 'none-such', 'gcr.example.com': '' } };
    await writeFile(join(home, '.docker/config.json'), JSON.stringify(own));
    const { exported } = await login();
    const run = (environment: Record<string, string>) =>
      promisify(execFile)(skopeo, ['login', '--get-login', harbor.host], { env: { HOME: home, ...environment } });
    expect((await run(exported)).stdout.trim()).toBe(robot.name);
    await expect(run({ DOCKER_CONFIG: '/nowhere' })).rejects.toThrow();
  });
});

describeWithPeers('a login for the programs that read as Docker does', ['crane'], ({ crane }) => {
  it('comes before a store and a helper that the own configuration names', async () => {
    const own = { credHelpers: { [harbor.host]: 'none-such' }, credsStore: 'none-such-either' };
    await writeFile(join(home, '.docker/config.json'), JSON.stringify(own));
    const { exported } = await login();
    const asked = promisify(execFile)(crane, ['auth', 'get', harbor.host], { env: { HOME: home, ...exported } });
    expect(JSON.parse((await asked).stdout)).toMatchObject({ Username: robot.name, Secret: robot.secret });
  });
});

describe('a login into a folder', () => {
  it('that is new or is there works everywhere; on GitHub only the new one goes', async () => {
    const elsewhere = await login({ 'docker-config': 'kept' }, job({}, 'gitlab'));
    expect(elsewhere.outputs['registry-auth-file']).toBe(join(home, 'kept/auth.json'));
    expect((await stat(join(home, 'kept'))).mode & 0o777).toBe(0o700);
    expect((await login({ 'docker-config': 'kept' })).removedAfterJob).toEqual([]);
    expect((await login({ 'docker-config': 'new' })).removedAfterJob).toEqual([join(home, 'new')]);
    expect((await login({}, job({}, 'gitlab'))).outputs).toEqual({ registry: harbor.host });
  });

  it('that cannot be written leaves nothing', async () => {
    await symlink('/dev/null', join(home, 'null'));
    await expect(login({ 'docker-config': 'null/x' })).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });
});

describe('a login tells', () => {
  it.each([
    [{}, /^ {2}it may pull, push in the project acme$/],
    [{ image: 'acme/new' }, /^ {2}it may pull, push in acme\/new$/],
    [{ image: 'other/app' }, /^warning: the account may do nothing in other\/app/],
    [{ 'expires-at': '2999-01-01' }, /^(?!warning)/],
    [{ 'expires-at': '-1' }, /^(?!warning)/],
    [{ 'expires-at': '2020-01-01' }, /^warning: .* expired on 2020-01-01, but it is still accepted/],
  ])('with %j what the account may do, and that it expires', async (inputs, line) => {
    const { lines } = await login(inputs);
    expect(lines[0]).toBe(`${harbor.host} accepts ${robot.name}`);
    expect(lines.at(-1)).toMatch(line);
  });

  it('warns some days ahead, and blames the date for a refusal after it', async () => {
    const inTenDays = `${Math.floor(Date.now() / 1000) + 10.5 * 86_400}`;
    expect((await login({ 'expires-at': inTenDays })).lines.at(-1)).toMatch(
      /^warning: robot\$acme\+ci expires in 10 days, on /,
    );
    expect((await login({ 'expires-at': inTenDays, 'expiry-warning-days': '9' })).lines).toHaveLength(2);
    await expect(login({ 'expires-at': '2020-01-01', password: 'gone' })).rejects.toMatchObject({
      code: 'ROBOT_REFUSED',
      message: expect.stringContaining('expired on 2020-01-01'),
    });
  });

  it.each([{ 'expires-at': '2026-02-31' }, { 'expires-at': 'soon' }, { 'expiry-warning-days': 'many' }])(
    'that %j is no time',
    async (inputs) => {
      await expect(login(inputs as unknown as Record<string, string>)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    },
  );
});
