import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createCleanup } from '../src/index.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'temporary-folder-'));
});
afterEach(() => rm(base, { recursive: true, force: true }));

/** What a process that has ended without clean-up leaves. */
async function leave(like: string): Promise<string> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const { pid } = child;
  child.kill('SIGKILL');
  await once(child, 'exit');
  const name = basename(like).replace(`-${process.pid}-`, `-${pid}-`);
  await mkdir(join(base, name));
  await writeFile(join(base, name, 'image.tar'), 'large');
  return name;
}

describe('a temporary folder', () => {
  it('is private, and goes with the process', async () => {
    const cleanup = createCleanup(base);
    const folder = await cleanup.temporaryFolder();
    expect(await cleanup.temporaryFolder()).toBe(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await cleanup.run();
    expect(await readdir(base)).toEqual([]);
  });

  it('of a process that was killed goes with the next run; those of running ones, of other containers and of others stay', async () => {
    const running = basename(await createCleanup(base).temporaryFolder());
    const left = await leave(running);
    const elsewhere = left.replace(/-tmp-\d+-/, '-tmp-1-');
    await mkdir(join(base, elsewhere));
    await mkdir(join(base, 'harbor-pilot-docker-a'));
    const own = basename(await createCleanup(base).temporaryFolder());
    expect((await readdir(base)).sort()).toEqual(['harbor-pilot-docker-a', elsewhere, own, running].sort());
  });

  it('cannot be made where nobody may write', async () => {
    await expect(createCleanup(join(base, 'absent')).temporaryFolder()).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
    });
  });
});
