import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type DevHarbor, startDevHarbor } from '@harbor-pilot/dev-harbor';
import { type SlowProxy, startSlowProxy } from '@harbor-pilot/testkit';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const program = resolve(import.meta.dirname, '../../packages/cli/bin/harbor-pilot.mjs');

describe('row 20: an interrupt in the middle of a push', () => {
  let folder: string;
  let harbor: DevHarbor;
  let proxy: SlowProxy;
  const inside = (name: string): string => join(folder, name);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'interrupt-'));
    harbor = await startDevHarbor({ dataDirectory: inside('data') });
    proxy = await startSlowProxy(harbor.host, { freeBytes: 1_000_000, bytesPerSecond: 4_000_000 });
    for (const name of ['tmp', 'work']) await mkdir(inside(name));
    await writeFile(inside('work/Dockerfile'), 'FROM scratch\nCOPY large.bin /\n');
    await writeFile(inside('work/large.bin'), randomBytes(32_000_000));
    await writeFile(inside('work/ca.crt'), harbor.caCertificate);
  });
  afterEach(async () => {
    await proxy.close();
    await harbor.close();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'by %s leaves no temporary file and no open upload, and a record that says so',
    async (signal, exitCode) => {
      const args = [
        'release',
        '--registry',
        proxy.host,
        '--image',
        'library/hello:1',
        '--username',
        harbor.username,
        '--ca-certificate',
        'ca.crt',
      ];
      const child = spawn(process.execPath, [program, ...args], {
        cwd: inside('work'),
        env: {
          PATH: process.env.PATH,
          HOME: inside('work'),
          TMPDIR: inside('tmp'),
          HARBOR_PILOT_PASSWORD: harbor.password,
        },
      });
      let log = '';
      child.stderr.on('data', (text: Buffer) => {
        log += text.toString();
      });
      await Promise.race([proxy.untilSent(1_500_000), once(child, 'close')]);
      expect(await readdir(inside('data/uploads'))).toHaveLength(1);
      child.kill(signal);
      const [code] = await once(child, 'close');
      expect(log).toContain(`interrupted by ${signal}; cleaning up`);
      expect(code).toBe(exitCode);
      expect(await readdir(inside('tmp'))).toEqual([]);
      const record: unknown = JSON.parse(await readFile(inside('work/harbor-pilot.json'), 'utf8'));
      expect(record).toMatchObject({ outcome: 'interrupted', image: `${proxy.host}/library/hello` });
      expect(record).not.toHaveProperty('push');
      expect(await readdir(inside('data/uploads'))).toEqual([]);
    },
    30_000,
  );
});
