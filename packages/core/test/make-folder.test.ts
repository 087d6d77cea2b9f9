import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeFolder } from '../src/index.ts';

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'make-folder-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

describe('a folder is made', () => {
  it('with those above it, once', async () => {
    const path = join(base, 'a/b/c');
    expect([await makeFolder(path, 0o700), await makeFolder(path, 0o700)]).toEqual([true, false]);
    expect((await stat(join(base, 'a'))).mode & 0o777).toBe(0o700);
  });

  it('by several at a time', async () => {
    const path = join(base, 'd/e');
    await Promise.all(Array.from({ length: 5 }, () => makeFolder(path)));
    expect((await stat(path)).isDirectory()).toBe(true);
  });

  it('not where a file is, nor below one', async () => {
    const file = join(base, 'file');
    await writeFile(file, '');
    await expect(makeFolder(file)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    await expect(makeFolder(join(file, 'x'))).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });

  (process.platform === 'linux' ? it : it.skip)('not below a folder that takes none', async () => {
    await expect(makeFolder('/proc/x/y')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });
});
