import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DevHarbor, startDevHarbor } from '@harbor-pilot/dev-harbor';
import { createHarbor, type Harbor, type NewRobot } from '@harbor-pilot/harbor';
import { basicAuthorization, createHttp, type Http } from '@harbor-pilot/http';
import type { Examination } from '@harbor-pilot/step-kit';
import { type Run, runProcess } from '../e2e/run-process.ts';
import { root } from '../e2e/world.ts';

/** The name of a project with two robot accounts. */
export const project = 'shop';

/** An embedded Harbor to be examined by the real command. */
export interface DoctorWorld extends AsyncDisposable {
  readonly dev: DevHarbor;
  /** Path of the certificate of its authority. */
  readonly caFile: string;
  readonly harbor: Harbor;
  /** An account that may do all that is examined. */
  readonly robot: NewRobot;
  disable(robot: NewRobot): Promise<void>;
  /** Runs `harbor-pilot doctor`; without a registry in the arguments, that of the world with its authority. */
  examine(args: readonly string[], variables?: Readonly<Record<string, string>>): Promise<Examined>;
}

/** What came of an examination. */
export interface Examined extends Run {
  /** What `--json` printed. */
  readonly result: { readonly outputs: Readonly<Record<string, string>>; readonly error?: { readonly code: string } };
  readonly found: Examination;
  /** Everything that was printed and written. */
  readonly traces: string;
}

/** Starts a world. */
export async function startDoctorWorld(): Promise<DoctorWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  const dev = await startDevHarbor({ dataDirectory: join(folder, 'data') });
  const { host, username, password, caCertificate } = dev;
  const http = createHttp({ trust: { [host]: { caCertificate } } });
  const harbor = createHarbor({ http, host, credentials: { username, password } });
  await harbor.ensureProject(project);
  const world = { dev, harbor, caFile: join(folder, 'data/ca.crt') };
  return {
    ...world,
    robot: await createRobot(harbor, 'ci'),
    disable: (robot) => disable(http, dev, robot),
    examine: async (args, variables = {}) => {
      const workspace = await mkdtemp(join(folder, 'workspace-'));
      await mkdir(join(workspace, 'home'));
      const isElsewhere = args.includes('--registry');
      const here = isElsewhere ? [] : ['--registry', host, '--ca-certificate', world.caFile];
      return runDoctor(workspace, [...here, ...args], variables);
    },
    [Symbol.asyncDispose]: async () => {
      http.close();
      await dev.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Makes a robot account of the project that may do all that is examined. */
export function createRobot(harbor: Harbor, name: string): Promise<NewRobot> {
  const access = [
    ...['pull', 'push', 'read', 'list'].map((action) => ({ resource: 'repository', action })),
    ...['read', 'list'].map((action) => ({ resource: 'artifact', action })),
    { resource: 'artifact-addition', action: 'read' },
    { resource: 'accessory', action: 'list' },
    { resource: 'scan', action: 'create' },
    ...['create', 'delete'].map((action) => ({ resource: 'tag', action })),
    { resource: 'quota', action: 'read' },
    { resource: 'project', action: 'read' },
    { resource: 'scanner', action: 'read' },
    { resource: 'immutable-tag', action: 'list' },
    { resource: 'tag-retention', action: 'read' },
  ];
  return harbor.createRobot({ name, project, durationDays: 1, access });
}

async function disable(http: Http, { url, username, password }: DevHarbor, { id }: NewRobot): Promise<void> {
  const target = `${url}/api/v2.0/robots/${id}`;
  const headers = { authorization: basicAuthorization({ username, password }), 'content-type': 'application/json' };
  const robot = (await (await http.request({ method: 'GET', url: target, headers })).json()) as object;
  const body = JSON.stringify({ ...robot, disable: true });
  const answer = await http.request({ method: 'PUT', url: target, headers, body });
  await answer.discard();
  if (answer.status !== 200) throw new Error(`the robot account could not be disabled: ${answer.status}`);
}

/** Runs `harbor-pilot doctor` in a folder that has another one for a home. */
export async function runDoctor(
  workspace: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<Examined> {
  const command = join(root, 'packages/cli/bin/harbor-pilot.mjs');
  const run = await runProcess(process.execPath, [command, 'doctor', '--json', ...args], {
    folder: workspace,
    environment: { HOME: join(workspace, 'home'), ...variables },
  });
  const report = join(workspace, '.harbor-pilot/doctor');
  const files = await readdir(report).catch((): string[] => []);
  const texts = await Promise.all(files.map((name) => readFile(join(report, name), 'utf8')));
  const json = texts[files.indexOf('doctor.json')];
  if (json === undefined) throw new Error(`nothing was written:\n${run.log}`);
  return {
    ...run,
    result: JSON.parse(run.stdout) as Examined['result'],
    found: JSON.parse(json) as Examination,
    traces: [run.log, ...texts].join('\n'),
  };
}
