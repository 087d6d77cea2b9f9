import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type DevHarbor, startDevHarbor } from '@harbor-pilot/dev-harbor';
import { type FaultProxy, startFaultProxy } from '@harbor-pilot/testkit';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const program = resolve(import.meta.dirname, '../../packages/cli/bin/harbor-pilot.mjs');

describe('row 45: an interrupt in the middle of a login', () => {
  let folder: string;
  let harbor: DevHarbor;
  let silent: FaultProxy;
  let wake: () => void;
  const inside = (name: string): string => join(folder, name);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'login-interrupt-'));
    for (const name of ['home', 'tmp', 'runner', 'work']) await mkdir(inside(name));
    harbor = await startDevHarbor({ dataDirectory: inside('data') });
    silent = await startFaultProxy({ target: harbor.host, targetCaCertificate: harbor.caCertificate, isTls: true });
    silent.inject({ fault: { kind: 'lose-answer', isSilent: true }, times: 9, before: async () => wake() });
    await writeFile(inside('work/ca.crt'), `${harbor.caCertificate}\n${silent.caCertificate}`);
  });
  afterEach(async () => {
    await silent.close();
    await harbor.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** Begins a login to two registries, of which one does not answer. */
  async function logIn(environment: Readonly<Record<string, string>>): Promise<ChildProcess> {
    const asked = new Promise<void>((done) => {
      wake = done;
    });
    const accounts = [harbor.host, silent.host].map((registry) => ({
      registry,
      username: harbor.username,
      password: harbor.password,
    }));
    const child = spawn(process.execPath, [program, 'login', '--ca-certificate', 'ca.crt'], {
      cwd: inside('work'),
      env: {
        PATH: process.env.PATH,
        HOME: inside('home'),
        TMPDIR: inside('tmp'),
        HARBOR_PILOT_REGISTRY_AUTH: JSON.stringify(accounts),
        ...environment,
      },
      stdio: 'ignore',
    });
    await asked;
    return child;
  }

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'by %s leaves no folder and no file, in whatever front end',
    async (signal, exitCode) => {
      const cis = [
        {
          GITHUB_ACTIONS: 'true',
          RUNNER_TEMP: inside('runner'),
          GITHUB_STATE: inside('state'),
          GITHUB_ENV: inside('env'),
        },
        { GITLAB_CI: 'true', CI_PROJECT_DIR: inside('work'), HARBOR_PILOT_DOCKER_CONFIG: inside('work/login') },
      ];
      for (const name of ['state', 'env']) await writeFile(inside(name), '');
      for (const environment of cis) {
        const child = await logIn(environment);
        child.kill(signal);
        expect(await once(child, 'close')).toEqual([exitCode, null]);
      }
      for (const name of ['home', 'tmp', 'runner']) expect(await readdir(inside(name))).toEqual([]);
      expect(await readdir(inside('work'))).toEqual(['ca.crt']);
      expect(await readFile(inside('env'), 'utf8')).toBe('');
    },
    30_000,
  );

  it('ends at once by a second signal', async () => {
    const child = await logIn({});
    child.kill('SIGTERM');
    child.kill('SIGTERM');
    const [code, signal] = await once(child, 'close');
    expect([143, 'SIGTERM']).toContain(code ?? signal);
  }, 30_000);
});
