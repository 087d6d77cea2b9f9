import { mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { allSteps } from '../src/index.ts';
import { type Job, type RobotWorld, startRobotWorld } from './robot-world.ts';

const authHeader = 'Bearer a-hook-secret';
let world: RobotWorld;
let port: number;

beforeAll(async () => {
  world = await startRobotWorld();
  await mkdir(join(world.folder, 'context'));
  await writeFile(join(world.folder, 'Dockerfile'), 'FROM scratch\nCOPY context/ /\n');
  await writeFile(join(world.folder, 'context/file'), 'x');
  const image = { layout: 'layout', record: 'record.json' };
  await run('build', image);
  await run('push', image);
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  port = (server.address() as AddressInfo).port;
  await new Promise((resolve) => server.close(resolve));
  await writeFile(
    join(world.folder, 'harbor-pilot.yml'),
    `scan-gate:\n  max-data-age: 1h\n  webhook:\n    port: ${port}\n`,
  );
}, 30_000);
afterAll(() => world.close());

/** Runs a step; what it said goes with its error, too. */
async function run(name: string, inputs: Readonly<Record<string, string>>): Promise<Job> {
  const step = allSteps.find((one) => one.name === name) ?? {};
  const common = { registry: world.host, 'ca-certificate': world.caCertificate, image: 'shop/app:1' };
  const job = world.job('terminal');
  try {
    return await world.run(step, { ...common, ...world.administrator, ...inputs }, job);
  } catch (error) {
    throw Object.assign(error as Error, { lines: job.lines });
  }
}

const judge = (inputs: Readonly<Record<string, string>>): Promise<Job> =>
  run('scan-gate', { config: 'harbor-pilot.yml', 'severity-cutoff': 'none', ...inputs });

it('listens for webhooks while it waits, and knows that nobody tells the age of the data', async () => {
  const told = await judge({ 'webhook-auth-header': authHeader }).catch((error: unknown) => error);
  expect(told).toMatchObject({
    code: 'SCAN_OUTDATED',
    lines: expect.arrayContaining([`  listening for webhooks on 127.0.0.1:${port}`]),
  });
  // The port is free again.
  const server = createServer().listen(port, '127.0.0.1');
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
  await new Promise((resolve) => server.close(resolve));
});

it('does not listen for everybody', async () => {
  await expect(judge({})).rejects.toMatchObject({ code: 'INPUT_INVALID' });
});
