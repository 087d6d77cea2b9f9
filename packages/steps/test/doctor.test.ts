import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PilotError } from '@harbor-pilot/core';
import { type DevHarbor, startDevHarbor } from '@harbor-pilot/dev-harbor';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { doctorStep, executeStep } from '../src/index.ts';
import { captureRuntime } from './runtime.ts';

let folder: string;
let dev: DevHarbor;
let caFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-step-'));
  dev = await startDevHarbor({ dataDirectory: join(folder, 'data') });
  caFile = join(folder, 'data/ca.crt');
}, 30_000);
afterAll(async () => {
  await dev?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the step against Harbor as its administrator, with other inputs besides or instead. */
async function examine(inputs: Readonly<Record<string, string>>, environment: Record<string, string> = {}) {
  const runtime = captureRuntime(folder, environment);
  const { host: registry, username, password } = dev;
  const given: Readonly<Record<string, string>> = { registry, username, password, 'ca-certificate': caFile, ...inputs };
  const error = await executeStep(doctorStep, runtime, [(kebab) => given[kebab]]).then(
    () => undefined,
    (thrown: PilotError) => thrown,
  );
  await runtime.end();
  return { ...runtime, error };
}

describe('doctor', () => {
  it('tells, writes and hands over what it found', async () => {
    const { lines, outputs, summaries, error } = await examine({ image: 'library' });
    expect(error).toBeUndefined();
    expect(lines[0]).toBe('Network');
    expect(lines).toContain('  ✓ rights of the token: it allows pull, push, delete in the project library');
    expect(outputs).toMatchObject({ failed: '0', report: '.harbor-pilot/doctor' });
    expect(outputs.cause).toBeUndefined();
    expect(summaries[0]).toContain('### Login');
    const html = await readFile(join(folder, '.harbor-pilot/doctor/doctor.html'), 'utf8');
    expect(html).toContain('Harbor Pilot');
    const json = JSON.parse(await readFile(join(folder, '.harbor-pilot/doctor/doctor.json'), 'utf8')) as object;
    expect(json).toMatchObject({ schemaVersion: 1, host: dev.host, repository: 'library', username: 'admin' });
  });

  it('hands over as much when a check failed, and ends with its error', async () => {
    const { outputs, error, lines } = await examine({ image: 'nowhere/app' });
    expect(error).toMatchObject({ code: 'PROJECT_UNAVAILABLE', details: { check: 'project' } });
    expect(error?.message).toContain('project nowhere: there is no project "nowhere"');
    expect(outputs).toMatchObject({ failed: '1', cause: 'project' });
    expect(lines.at(-1)).toMatch(/^\d+ ok, 1 warning, 1 failed, \d+ skipped$/);
  });

  it('says what it leaves out, and what it cannot write', async () => {
    await writeFile(join(folder, 'a-file'), '');
    const { lines, error, outputs } = await examine({ 'pull-username': 'robot$nodes', report: 'a-file' });
    expect(error).toBeUndefined();
    expect(lines).toContain(
      'warning: robot$nodes, with which the nodes pull, is not examined: there is no "pull-password"',
    );
    expect(lines.find((line) => line.startsWith('warning: ') && line.includes('a-file'))).toContain(
      'cannot be written',
    );
    expect(outputs.report).toBeUndefined();
  });

  it('goes on to tell why Harbor cannot be asked for its authority', async () => {
    const auto = { 'ca-certificate': 'auto', 'ca-fingerprint': 'ab'.repeat(32) };
    const { lines, error } = await examine({ ...auto, registry: '127.0.0.1:1' });
    expect(lines[0]).toContain('warning: the authority of 127.0.0.1:1 is not known: ');
    expect(error).toMatchObject({ code: 'NETWORK_UNREACHABLE', details: { check: 'tcp' } });
    const other = await examine(auto);
    expect(other.error).toMatchObject({ code: 'TLS_UNTRUSTED', details: { check: 'tls' } });
  });

  it('examines the way to the registry, also when the kubeconfig cannot be read', async () => {
    const { error, lines } = await examine({ kubeconfig: 'nowhere.yaml' });
    expect(error).toMatchObject({ code: 'FILE_UNREADABLE', exitCode: 2, details: { check: 'cluster-api' } });
    expect(lines).toContainEqual(expect.stringMatching(/✓ credentials: .* accepts admin/));
    expect(lines).toContainEqual(expect.stringMatching(/✗ API of the cluster: the kubeconfig .* cannot be read/));
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['no registry', { registry: '' }, 'the input "registry" is missing'],
    ['an image of another host', { image: 'other.example/shop/app' }, 'names another host'],
    ['no password', { password: '' }, 'there is no password of admin'],
  ])('refuses to begin with %s', async (_, inputs, message) => {
    const { error, lines } = await examine(inputs);
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining(message) });
    expect(lines).toEqual([]);
  });
});
