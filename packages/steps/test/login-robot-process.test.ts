import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { secretForms } from '@harbor-pilot/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RobotWorld, startRobotWorld } from './robot-world.ts';

const root = resolve(import.meta.dirname, '../../..');
const program = `
import { runInCi } from ${JSON.stringify(join(root, 'packages/ci/src/index.ts'))};
import { executeStep, loginStep } from ${JSON.stringify(join(root, 'packages/steps/src/index.ts'))};
process.exitCode = await runInCi((runtime, inputs) => executeStep(loginStep, runtime, inputs));`;
const main = ['--input-type=module', '-e', program];
const post = [join(root, 'actions/post/src/index.ts')];

interface Ended {
  readonly code: number | null;
  readonly out: string;
}

/** Runs a part of the action, as a runner of GitHub starts it. */
function start(
  argv: readonly string[],
  folder: string,
  variables: Record<string, string>,
): { child: ChildProcess; ended: Promise<Ended> } {
  const files = Object.fromEntries(
    ['OUTPUT', 'ENV', 'STATE', 'STEP_SUMMARY'].map((name) => [`GITHUB_${name}`, join(folder, name)]),
  );
  const job = { GITHUB_ACTIONS: 'true', GITHUB_RUN_ID: '5', GITHUB_RUN_ATTEMPT: '1', GITHUB_JOB: 'push' };
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    RUNNER_TEMP: folder,
    GITHUB_WORKSPACE: folder,
    ...job,
    ...files,
    ...variables,
  };
  const child = spawn(process.execPath, argv, { cwd: folder, env });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<Ended>((resolveEnded) =>
    child.on('close', (code) => resolveEnded({ code, out: Buffer.concat(chunks).toString() })),
  );
  return { child, ended };
}

async function jobFolder(base: string, name: string): Promise<string> {
  const folder = join(base, name);
  await mkdir(folder);
  for (const file of ['OUTPUT', 'ENV', 'STATE', 'STEP_SUMMARY']) await writeFile(join(folder, file), '');
  return folder;
}

const asInputs = (inputs: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]));

/** The states that the main part left, as the runner hands them to the post part. */
async function statesOf(folder: string): Promise<Record<string, string>> {
  const text = await readFile(join(folder, 'STATE'), 'utf8');
  const entries = [...text.matchAll(/^(\S+)<<(\S+)\n([\s\S]*?)\n\2$/gm)];
  return Object.fromEntries(entries.map(([, name, , value]) => [`STATE_${name}`, value ?? '']));
}

let world: RobotWorld;
let halting: Server;
/** What a Harbor was asked that makes robot accounts and deletes them, but never lets them in. */
const asked: string[] = [];
const robotSecret = 'Cx7-only-for-this-job';
let onPing: () => void = () => undefined;

beforeAll(async () => {
  world = await startRobotWorld();
  halting = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url === '/v2/') return onPing();
    if (request.method === 'DELETE') return void response.writeHead(200).end();
    const made = { id: 7, name: 'robot$shop+x', secret: robotSecret, expires_at: 1797941224 };
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(made));
  });
  await new Promise<void>((listening) => halting.listen(0, '127.0.0.1', listening));
});
afterAll(async () => {
  halting.closeAllConnections();
  halting.close();
  await world.close();
});

describe('the robot account of a job on GitHub', () => {
  it('is deleted by the post part, and no secret is printed or handed on', async () => {
    const folder = await jobFolder(world.folder, 'whole');
    const inputs = asInputs({ ...world.brokerInputs(), 'robot-preset': 'push', 'robot-projects': 'shop' });
    const first = await start(main, folder, inputs).ended;
    expect([first.code, first.out]).toEqual([0, expect.stringContaining('made the robot account')]);
    expect((await world.harbor.robots('shop')).map(({ name }) => name)).toEqual([
      expect.stringMatching(/^robot\$shop\+harbor-pilot-github-5-1-push-[0-9a-f]{8}$/),
    ]);
    const kept = /^DOCKER_CONFIG<<\S+\n(.*)$/m.exec(await readFile(join(folder, 'ENV'), 'utf8'))?.[1] ?? '';
    const config = JSON.parse(await readFile(join(kept, 'config.json'), 'utf8'));
    const auth = Buffer.from(config.auths[world.host].auth, 'base64').toString();
    const secret = auth.slice(auth.indexOf(':') + 1);
    const states = await statesOf(folder);
    const last = await start(post, folder, { ...inputs, ...states }).ended;
    expect([last.code, last.out]).toEqual([0, expect.stringMatching(/removed [\s\S]*deleted the robot account/)]);
    expect(await world.harbor.robots('shop')).toEqual([]);
    const lines = [first.out, last.out].flatMap((out) => out.split('\n'));
    expect(lines).toContain(`::add-mask::${secret}`);
    const files = await Promise.all(
      ['OUTPUT', 'ENV', 'STATE', 'STEP_SUMMARY'].map((name) => readFile(join(folder, name), 'utf8')),
    );
    const seen = [...lines.filter((line) => !line.startsWith('::add-mask::')), ...files].join('\n');
    for (const form of [secret, world.administrator.password].flatMap(secretForms)) expect(seen).not.toContain(form);
  }, 30_000);

  it('is deleted when the step is interrupted, and again by the post part', async () => {
    const folder = await jobFolder(world.folder, 'stopped');
    const inputs = asInputs({
      registry: `127.0.0.1:${(halting.address() as AddressInfo).port}`,
      'plain-http': 'true',
      'broker-username': 'admin',
      'broker-password': 'Harbor12345',
      'robot-preset': 'pull',
      'robot-projects': 'shop',
    });
    const pinged = new Promise<void>((done) => {
      onPing = done;
    });
    const { child, ended } = start(main, folder, inputs);
    await Promise.race([pinged, ended]);
    child.kill('SIGTERM');
    const { code, out } = await ended;
    expect([code, out]).toEqual([143, expect.stringContaining('cleaning up')]);
    expect(asked).toEqual(['POST /api/v2.0/robots', 'GET /v2/', 'DELETE /api/v2.0/robots/7']);
    expect(await statesOf(folder)).toEqual({ STATE_logouts: expect.stringContaining('"robot-id":"7"') });
    const lines = out.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    expect(lines.join('\n')).not.toContain(robotSecret);
  }, 30_000);
});
