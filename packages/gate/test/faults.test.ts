import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import { type DevHarbor, startDevHarbor } from '@harbor-pilot/dev-harbor';
import { createHarbor, type Harbor } from '@harbor-pilot/harbor';
import { createHttp, type Http } from '@harbor-pilot/http';
import { createRegistry } from '@harbor-pilot/registry';
import { createQuickClock, type Fault, type FaultProxy, startFaultProxy } from '@harbor-pilot/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomImage } from '../../registry/test/images.ts';
import { waitForReport } from '../src/index.ts';
import { planted, quickClock } from './harbor-world.ts';

let dataDirectory: string;
let running: DevHarbor;
let proxy: FaultProxy;
let http: Http;
let harbor: Harbor;

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'gate-faults-'));
  running = await startDevHarbor({ dataDirectory });
  proxy = await startFaultProxy({ target: running.host, targetCaCertificate: running.caCertificate });
  http = createHttp({ trust: { [proxy.host]: { plainHttp: true } }, clock: createQuickClock() });
  const { username, password } = running;
  harbor = createHarbor({ http, host: proxy.host, plainHttp: true, credentials: { username, password } });
  await harbor.ensureProject('acme');
  running.control.scriptScan({ repository: 'acme/app', vulnerabilities: [planted('High')] });
}, 30_000);
afterAll(async () => {
  http?.close();
  await proxy?.close();
  await running?.close();
  await rm(dataDirectory, { recursive: true, force: true });
});
beforeEach(() => proxy.reset());

const artifact = /\/artifacts\/[^/]+\?/;
const report = /additions\/vulnerabilities/;
const scan = /\/scan$/;
const answer = (status: number, body = '', headers: Record<string, string> = {}): Fault => ({
  kind: 'answer',
  status,
  body,
  headers,
});

async function wait(timeoutSeconds = 600) {
  const { username, password } = running;
  const { root, source } = randomImage(1, 100);
  const trust = { [running.host]: { caCertificate: running.caCertificate } };
  const direct = createHttp({ trust });
  const registry = createRegistry({ http: direct, host: running.host, credentials: { username, password } });
  await registry.pushImage('acme/app', root.descriptor, source, { tags: ['v1'] });
  direct.close();
  const place = { harbor, project: 'acme', repository: 'app', digest: root.descriptor.digest };
  return waitForReport({ ...place, timeoutSeconds, clock: quickClock }).then(
    ({ vulnerabilities }) => `${vulnerabilities.length} found`,
    (error: unknown) => (error instanceof PilotError ? error.code : String(error)),
  );
}

describe('a scan is waited for', () => {
  it.each([
    ['a proxy that says 502 for a while', artifact, answer(502), 6],
    ['too many requests', artifact, answer(429, '', { 'retry-after': '7' }), 2],
    ['a lost connection', artifact, { kind: 'reset', side: 'answer', afterBytes: 10 }, 2],
    ['an answer that ends early', artifact, { kind: 'truncate', afterBytes: 10 }, 1],
    ['a start whose answer is lost', scan, { kind: 'lose-answer' }, 1],
    ['a start that a proxy refuses', scan, answer(503), 1],
    ['a report that is not there yet', report, answer(200, '{}', { 'content-type': 'application/json' }), 2],
    ['a report that is cut short', report, { kind: 'reset', side: 'answer', afterBytes: 50 }, 1],
    ['a report behind a 504', report, answer(504), 5],
  ] as const)('through %s', async (_, path, fault, times) => {
    proxy.inject({ fault, path, times });
    expect(await wait()).toBe('1 found');
  });

  it('in vain when Harbor says that one is running, and none is', async () => {
    const body = '{"errors":[{"code":"CONFLICT","message":"a previous scan process is Running"}]}';
    proxy.inject({ fault: answer(409, body), path: scan });
    expect(await wait(20)).toBe('SCAN_UNFINISHED');
  });

  it.each([
    ['a page of another server', artifact, answer(200, '<html>', { 'content-type': 'text/html' }), 'ANSWER_UNEXPECTED'],
    ['a report that is a page', report, answer(200, '<html>', { 'content-type': 'text/html' }), 'ANSWER_UNEXPECTED'],
    ['a refusal', artifact, answer(403, '{"errors":[{"code":"FORBIDDEN","message":"forbidden"}]}'), 'AUTH_DENIED'],
    [
      'no scanner',
      scan,
      answer(412, '{"errors":[{"code":"PRECONDITION","message":"no available scanner for project: 2"}]}'),
      'SCAN_NO_SCANNER',
    ],
  ] as const)('no longer than %s', async (_, path, fault, code) => {
    proxy.inject({ fault, path });
    expect(await wait()).toBe(code);
  });
});
