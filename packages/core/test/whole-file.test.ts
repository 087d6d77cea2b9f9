import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileIfThere, writeWhole } from '../src/index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whole-file-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('readFileIfThere', () => {
  it('tells what is not there from what cannot be read', async () => {
    await writeFile(join(folder, 'file'), 'text');
    expect(await readFileIfThere(join(folder, 'file'))).toEqual(Buffer.from('text'));
    expect(await readFileIfThere(join(folder, 'none'))).toBeUndefined();
    await expect(readFileIfThere(folder)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: `${folder} cannot be read`,
    });
  });
});

describe('writeWhole', () => {
  it('replaces a file and who may read it', async () => {
    const path = join(folder, 'file');
    await writeFile(path, 'before');
    await chmod(path, 0o644);
    await writeWhole(path, Buffer.from('after'), { mode: 0o600, flush: true });
    expect(await readFile(path, 'utf8')).toBe('after');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('is safe from others that write the same file', async () => {
    const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(10_000));
    await Promise.all(texts.map((text) => writeWhole(join(folder, 'file'), text)));
    expect(texts).toContain(await readFile(join(folder, 'file'), 'utf8'));
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('leaves nothing behind when it fails', async () => {
    await mkdir(join(folder, 'taken'));
    await expect(writeWhole(join(folder, 'taken'), 'text')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    await expect(writeWhole(join(folder, 'none/file'), 'text')).rejects.toMatchObject({
      message: expect.stringContaining('there is no such folder'),
    });
    expect(await readdir(folder)).toEqual(['taken']);
  });
});
