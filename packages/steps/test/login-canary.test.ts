import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInCi } from '@harbor-pilot/ci';
import { type Clock, secretForms } from '@harbor-pilot/core';
import { type DevHarbor, startDevHarbor } from '@harbor-pilot/dev-harbor';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { captureHost } from '../../ci/test/host.ts';
import { executeStep, loginStep } from '../src/index.ts';

const username = 'admin';
/** All that means something to a shell, a URL, JSON, YAML, a regular expression or a log. */
const canary = `C4nary$ %+/="\\'<&>é;{}:@#?*`;
const canaryForms = [canary, `${username}:${canary}`, `nobody:${canary}`, `nobody:${canary}\n`].flatMap(secretForms);

/** Nobody waits: neither for the next try, nor for the answer to a wrong password. */
const clock: Clock = { now: () => new Date(), sleep: async () => undefined };

let base: string;
let folder: string;
let harbor: DevHarbor;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'canary-'));
  harbor = await startDevHarbor({ dataDirectory: join(base, 'harbor'), adminPassword: canary, clock });
});
afterAll(async () => {
  await harbor.close();
  await rm(base, { recursive: true, force: true });
});
beforeEach(async () => {
  folder = await mkdtemp(join(base, 'job-'));
  for (const name of ['output', 'env', 'state', 'summary']) await writeFile(join(folder, name), '');
});
afterEach(() => {
  jest.restoreAllMocks();
});

const cis = ['github', 'gitlab', 'jenkins', 'terminal'] as const;

function environmentOf(ci: (typeof cis)[number]): Record<string, string> {
  switch (ci) {
    case 'github':
      return {
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: folder,
        RUNNER_TEMP: folder,
        ...Object.fromEntries(
          ['output', 'env', 'state', 'step_summary'].map((name) => [
            `GITHUB_${name.toUpperCase()}`,
            join(folder, name.replace('step_', '')),
          ]),
        ),
      };
    case 'gitlab':
      return { GITLAB_CI: 'true', CI_PROJECT_DIR: folder };
    case 'jenkins':
      return { JENKINS_URL: 'https://jenkins.example', HARBOR_PILOT_RESULT_FILE: join(folder, 'result.json') };
    case 'terminal':
      return {};
  }
}

/** Logs in, and gives back the exit code and all that anybody may read afterwards. */
async function logIn(
  ci: (typeof cis)[number],
  inputs: Record<string, string>,
): Promise<{ code: number; seen: string }> {
  const variables = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`HARBOR_PILOT_${name.replaceAll('-', '_').toUpperCase()}`, value]),
  );
  const environment = { HOME: folder, ...environmentOf(ci), ...variables };
  const written: string[] = [];
  // The toolkit of GitHub knows the process only.
  const before = { ...process.env };
  Object.assign(process.env, environmentOf(ci));
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  const host = { ...captureHost(environment, folder), clock };
  const code = await runInCi((runtime, sources) => executeStep(loginStep, runtime, sources), {
    host,
    json: ci === 'terminal',
  });
  jest.restoreAllMocks();
  process.env = before;
  const files = await Promise.all(
    ['output', 'env', 'state', 'summary', 'harbor-pilot.env', 'result.json'].map((name) =>
      readFile(join(folder, name), 'utf8').catch(() => ''),
    ),
  );
  // A mask tells the runner of GitHub what to hide: it prints none of these lines.
  const lines = written
    .join('')
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'));
  return { code, seen: [host.out(), host.error(), ...lines, ...files].join('\n') };
}

/** The secrets that the login has kept, in all forms; those of robot accounts nobody has chosen. */
async function keptSecrets(): Promise<readonly string[]> {
  const text = await readFile(join(folder, 'docker/config.json'), 'utf8').catch(() => '{}');
  const { auths = {} } = JSON.parse(text) as { auths?: Record<string, { auth: string }> };
  const accounts = Object.values(auths).map(({ auth }) => Buffer.from(auth, 'base64').toString());
  return accounts.flatMap((one) => [one, one.slice(one.indexOf(':') + 1)]).flatMap(secretForms);
}

describe.each(cis)('a password full of special characters on %s', (ci) => {
  const account = (password: string) => ({
    registry: harbor.host,
    'ca-certificate': harbor.caCertificate,
    username,
    password,
    'docker-config': 'docker',
  });
  const asBroker = (password: string) => {
    const { username: name, password: secret, ...rest } = account(password);
    const robot = { 'robot-preset': 'pull', 'robot-projects': 'library' };
    return { ...rest, ...robot, 'broker-username': name, 'broker-password': secret };
  };
  const inList = (text: string) => ({ 'ca-certificate': harbor.caCertificate, 'registry-auth': text });

  it.each([
    ['is taken', 0, () => account(canary)],
    ['is taken from a list', 0, () => inList(JSON.stringify([{ registry: harbor.host, username, password: canary }]))],
    ['makes a robot account', 0, () => asBroker(canary)],
    ['makes none', 3, () => ({ ...asBroker(canary), 'broker-username': 'nobody' })],
    ['makes one that cannot be kept', 2, () => ({ ...asBroker(canary), 'docker-config': 'summary-is-a-file/x' })],
    ['is refused with a line break', 3, () => ({ ...account(`${canary}\n`), username: 'nobody' })],
    ['is refused', 3, () => ({ ...account(canary), username: 'nobody' })],
    ['goes to nobody that is not trusted', 4, () => ({ ...account(canary), 'ca-certificate': '' })],
    ['meets a port that is closed', 4, () => ({ ...account(canary), registry: '127.0.0.1:1' })],
    ['meets a host that is none', 2, () => ({ ...account(canary), registry: 'a/b c' })],
    ['cannot be kept', 2, () => ({ ...account(canary), 'docker-config': 'summary-is-a-file/x' })],
    ['breaks a list', 2, () => inList(`- registry: ${harbor.host}\n  username: ${username}\n  password: "${canary}\n`)],
    ['is under a wrong key', 2, () => inList(JSON.stringify([{ registry: harbor.host, passwort: canary }]))],
    ['is no list', 2, () => inList(JSON.stringify({ password: canary }))],
  ])('%s, and shows in no form anywhere', async (_, expected, inputs) => {
    await writeFile(join(folder, 'summary-is-a-file'), '');
    await mkdir(join(folder, '.docker'));
    const { code, seen } = await logIn(ci, inputs());
    expect([code, seen]).toEqual([expected, expect.stringMatching(/\S/)]);
    for (const form of [...canaryForms, ...(await keptSecrets())]) expect(seen).not.toContain(form);
  });
});
