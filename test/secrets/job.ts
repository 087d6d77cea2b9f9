import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { RuntimeName } from '@harbor-pilot/step-kit';
import { type Canary, makeCanary } from './canary.ts';

const program = resolve(import.meta.dirname, '../../packages/cli/bin/harbor-pilot.mjs');

/** One step in one front end, as a CI would start it. */
export interface Job {
  readonly step: string;
  readonly ci: RuntimeName;
  /** By kebab-case name. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** Credential helpers and plug-ins by their names, and what they answer. */
  readonly programs: Readonly<Record<string, string>>;
  /** What the user's own Docker configuration says. */
  readonly dockerConfig: object;
  /** Files of the user. */
  readonly workspace: string;
  readonly interrupt?: { readonly when: () => Promise<void>; readonly signal: 'SIGTERM' | 'SIGINT' };
}

/** How a job ended. */
export interface Ended {
  /** The user's files as they are now. */
  readonly workspace: string;
  readonly exitCode: number;
  /** All that it printed, but for the lines that tell GitHub's runner what to hide. */
  readonly log: string;
  readonly maskLines: readonly string[];
  /** All that anybody may read: what it printed, files that it left, command lines, and environments of what it started. */
  readonly places: ReadonlyMap<string, string>;
  /** What is left of a login: mode of the folder and of each file, by its name. */
  readonly loginModes: Readonly<Record<string, number>>;
  /** Passwords that the login keeps. */
  readonly minted: readonly Canary[];
  /** What is left in the folder for temporary files. */
  readonly temporary: readonly string[];
}

/** Runs a job in a folder of its own below `base`. */
export async function runJob(base: string, job: Job): Promise<Ended> {
  const folder = await mkdtemp(join(base, 'job-'));
  const given = await mkdtemp(join(base, 'given-'));
  for (const name of ['home/.docker', 'runner', 'tmp', 'programs'])
    await mkdir(join(folder, name), { recursive: true });
  for (const name of ['output', 'env', 'state', 'summary']) await writeFile(join(folder, 'runner', name), '');
  await cp(job.workspace, join(folder, 'work'), { recursive: true });
  await writeFile(join(folder, 'home/.docker/config.json'), JSON.stringify(job.dockerConfig));
  for (const [name, answer] of Object.entries(job.programs)) await writeProgram(folder, name, given, answer);
  const places = new Map<string, string>();
  const child = spawn(process.execPath, [program, job.step, ...(job.ci === 'terminal' ? ['--json'] : [])], {
    cwd: join(folder, 'work'),
    env: environmentOf(job, folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const watch = setInterval(() => watchProcesses(child.pid ?? 0, places), 20);
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  }
  void job.interrupt?.when().then(() => child.kill(job.interrupt?.signal));
  const exitCode = await new Promise<number>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => done(code ?? -1));
  });
  clearInterval(watch);
  const lines = `${output.stdout}\n${output.stderr}`.split('\n');
  const isMask = (line: string): boolean => job.ci === 'github' && line.startsWith('::add-mask::');
  const log = lines.filter((line) => !isMask(line)).join('\n');
  places.set('output', log);
  const logins = readLeftFiles(folder, places);
  return {
    workspace: join(folder, 'work'),
    exitCode,
    log,
    maskLines: lines.filter(isMask),
    places,
    ...logins,
    temporary: readdirSync(join(folder, 'tmp')),
  };
}

function environmentOf({ ci, inputs, environment }: Job, folder: string): Record<string, string> {
  const inside = (path: string): string => join(folder, path);
  const name = (kebab: string): string =>
    ci === 'github' ? `INPUT_${kebab.toUpperCase()}` : `HARBOR_PILOT_${kebab.replaceAll('-', '_').toUpperCase()}`;
  const debug = { RUNNER_DEBUG: '1', ACTIONS_STEP_DEBUG: 'true', CI_DEBUG_TRACE: 'true', DEBUG: '*', VERBOSE: '1' };
  const cis: Readonly<Record<RuntimeName, Record<string, string>>> = {
    github: {
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: inside('work'),
      RUNNER_TEMP: inside('runner'),
      GITHUB_OUTPUT: inside('runner/output'),
      GITHUB_ENV: inside('runner/env'),
      GITHUB_STATE: inside('runner/state'),
      GITHUB_STEP_SUMMARY: inside('runner/summary'),
    },
    gitlab: { GITLAB_CI: 'true', CI_PROJECT_DIR: inside('work'), ...login(folder) },
    jenkins: {
      JENKINS_URL: 'https://jenkins.example',
      HARBOR_PILOT_RESULT_FILE: inside('runner/result.json'),
      ...login(folder),
    },
    terminal: login(folder),
  };
  return {
    PATH: `${inside('programs')}:${process.env.PATH}`,
    HOME: inside('home'),
    TMPDIR: inside('tmp'),
    // Most of the time goes into reading the program, again and again.
    NODE_COMPILE_CACHE: join(dirname(folder), 'compiled'),
    ...debug,
    ...cis[ci],
    ...environment,
    ...Object.fromEntries(Object.entries(inputs).map(([kebab, value]) => [name(kebab), value])),
  };
}

const login = (folder: string): Record<string, string> => ({ HARBOR_PILOT_DOCKER_CONFIG: join(folder, 'login') });

/** A program that answers always the same, and leaves behind how it was called. */
async function writeProgram(folder: string, name: string, given: string, answer: string): Promise<void> {
  await writeFile(join(given, name), answer);
  const path = join(folder, 'programs', name);
  const lines = ['#!/bin/sh', `env > '${folder}/environment-of-${name}'`, `cat '${join(given, name)}'`];
  await writeFile(path, `${lines.join('\n')}\n`, { mode: 0o755 });
}

/** Notes the command line of a process and of all that it started, and the environment of the latter. */
function watchProcesses(pid: number, places: Map<string, string>, parent?: string): void {
  try {
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    places.set(`command line of process ${pid}`, commandLine);
    // Until it has become another program, it has the memory of its parent.
    if (parent !== undefined && parent !== commandLine) {
      places.set(`environment of process ${pid}`, readFileSync(`/proc/${pid}/environ`, 'latin1'));
    }
    for (const child of readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')) {
      if (child !== '') watchProcesses(Number(child), places, commandLine);
    }
  } catch {
    // It has ended in between.
  }
}

const isLoginFolder = (path: string): boolean => /^(login|harbor-pilot-docker-\w+)$/.test(basename(path));

/** All files that are there afterwards, but for those of a login. */
function readLeftFiles(folder: string, places: Map<string, string>): Pick<Ended, 'loginModes' | 'minted'> {
  const loginModes: Record<string, number> = {};
  const minted: Canary[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const mode = (): number => statSync(path).mode & 0o777;
    places.set(`name of ${relative(folder, path)}`, entry.name);
    if (entry.isDirectory() && isLoginFolder(path)) loginModes.folder = mode();
    else if (/^(config|auth)\.json$/.test(entry.name) && isLoginFolder(dirname(path))) {
      loginModes[entry.name] = mode();
      minted.push(...passwordsIn(readFileSync(path, 'utf8')).map((secret) => makeCanary('a kept password', secret)));
    } else if (entry.isFile()) places.set(relative(folder, path), readFileSync(path, 'latin1'));
  }
  return { loginModes, minted };
}

function passwordsIn(dockerConfig: string): readonly string[] {
  const { auths } = JSON.parse(dockerConfig) as { auths: Readonly<Record<string, { readonly auth: string }>> };
  return Object.values(auths).map(({ auth }) =>
    Buffer.from(auth, 'base64')
      .toString()
      .replace(/^[^:]*:/, ''),
  );
}
