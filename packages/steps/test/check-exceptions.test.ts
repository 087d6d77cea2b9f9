import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkExceptionsStep, executeStep } from '../src/index.ts';
import { type CapturedRuntime, captureRuntime } from './runtime.ts';

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const found = { id: 'CVE-2026-1', package: 'zlib', version: '1', severity: 'High', platforms: ['linux/amd64'] };
const report = {
  schemaVersion: 1,
  image: 'harbor.example.com/shop/app',
  digest: `sha256:${'a'.repeat(64)}`,
  platforms: ['linux/amd64'],
  judgedAt: '2026-01-01T00:00:00Z',
  vulnerabilities: [found],
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exceptions-'));
  await writeFile(join(folder, 'report.json'), JSON.stringify(report));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the command with these exceptions, id and end. */
async function check(
  exceptions: readonly (readonly [id: string, expires?: string])[],
  inputs: Readonly<Record<string, string>> = {},
): Promise<CapturedRuntime> {
  const lines = exceptions.map(
    ([id, expires]) => `    - { id: ${id}, reason: x${expires ? `, expires: ${expires}` : ''} }`,
  );
  await writeFile(join(folder, 'harbor-pilot.yml'), `scan-gate:\n  exceptions:\n${lines.join('\n')}\n`);
  const runtime = captureRuntime(folder);
  await executeStep(checkExceptionsStep, runtime, [(name) => inputs[name]]);
  return runtime;
}

describe('exceptions check', () => {
  it('finds those that soon end, and with a report those that cover nothing', async () => {
    const exceptions = [['CVE-2026-1', inDays(5)], ['CVE-2026-2'], ['CVE-2026-3', inDays(90)]] as const;
    const dates = await check(exceptions);
    expect(dates.outputs).toMatchObject({ expired: '0', expiring: '1', unused: '0' });
    expect(dates.lines.at(-1)).toBe('3 exceptions: 0 ended, 1 end soon, 0 cover nothing (no report to look at)');
    const { outputs, lines } = await check(exceptions, { reports: 'report.json' });
    expect(outputs).toMatchObject({ expired: '0', expiring: '1', unused: '2' });
    expect(lines).toContain(
      'warning: The exception of CVE-2026-2 (in harbor-pilot.yml) covers nothing that was found.',
    );
    expect((await check(exceptions, { 'warn-before-expiry-days': '3' })).outputs).toMatchObject({ expiring: '0' });
  });

  it('fails when one has ended, and tells all the same', async () => {
    const ended = check([['CVE-2026-1', inDays(-1)], ['CVE-2026-2']], { reports: 'report.json' });
    await expect(ended).rejects.toMatchObject({
      code: 'EXCEPTION_EXPIRED',
      exitCode: 5,
      message: '1 exception has ended: CVE-2026-1 in harbor-pilot.yml',
    });
  });

  it.each([
    ['other.json', '{"schemaVersion":1}', 'INPUT_INVALID'],
    ['other.json', '{', 'INPUT_INVALID'],
    ['other.json', JSON.stringify({ ...report, vulnerabilities: [{ id: 'CVE-1' }] }), 'INPUT_INVALID'],
    ['missing.json', '', 'FILE_UNREADABLE'],
  ])('refuses %s with %s', async (file, text, code) => {
    await writeFile(join(folder, 'other.json'), text);
    await expect(check([], { reports: file })).rejects.toMatchObject({ code });
  });
});
