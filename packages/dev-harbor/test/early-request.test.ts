import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { startDevHarbor } from '../src/index.ts';

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** The status of one request, or undefined when nobody listens yet. */
function ask(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    get(`https://127.0.0.1:${port}/api/v2.0/ping`, { rejectUnauthorized: false, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', () => resolve(undefined));
  });
}

it('answers a request that comes before everything is set up', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'early-'));
  const port = await freePort();
  const starting = startDevHarbor({ dataDirectory, port });
  let status: number | undefined;
  while (status === undefined) {
    status = await ask(port);
    if (status === undefined) await delay(1);
  }
  const harbor = await starting;
  expect(status).toBe(200);
  await harbor.close();
  await rm(dataDirectory, { recursive: true, force: true });
});
