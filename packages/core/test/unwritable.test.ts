import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PilotError, unwritable } from '../src/index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unwritable-'));
  await writeFile(join(folder, 'file'), '');
});
afterAll(() => rm(folder, { recursive: true }));

/** An error as the file system makes it. */
const refusal = (code: string, path?: string): Error =>
  Object.assign(new Error(code), { code, ...(path === undefined ? {} : { path }) });

const told = (error: unknown, path: string, neededBytes?: number): unknown => {
  try {
    return unwritable(path, neededBytes)(error);
  } catch (thrown) {
    return thrown;
  }
};

describe('what cannot be written', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    ['a file in no folder', () => writeFile(join(folder, 'none/file'), ''), 'there is no such folder'],
    ['a file below a file', () => writeFile(join(folder, 'file/file'), ''), 'a part of the path is no folder'],
    ['a folder where a file is', () => mkdir(join(folder, 'file'), { recursive: true }), 'a file has that name'],
    ['a file where a folder is', () => writeFile(folder, ''), 'it is a folder'],
  ])('is named: %s', async (_title, write, why) => {
    const error = await write().catch((cause: unknown) => told(cause, folder));
    expect(error).toMatchObject({
      code: 'FILE_UNWRITABLE',
      message: `${folder} cannot be written: ${why}`,
      cause: { code: expect.any(String) },
    });
  });

  it('is named with the size that was too much', () => {
    const error = told(refusal('ENOSPC'), 'layout', 6000);
    expect(error).toMatchObject({
      message: 'layout cannot be written: no space is left there (6000 bytes are needed)',
    });
  });

  it('is named by its code when that is a rare one', () => {
    expect(told(refusal('EBUSY', '/srv/out'), '/srv/out')).toMatchObject({
      message: '/srv/out cannot be written: EBUSY',
    });
  });

  it('is known by a relative path, and by the temporary name of a file', async () => {
    const path = relative('.', join(folder, 'none/record.json'));
    const error = await writeFile(`${path}.1.part`, '').catch((cause: unknown) => told(cause, path));
    expect(error).toMatchObject({ code: 'FILE_UNWRITABLE' });
  });
});

it('lets every other error pass', async () => {
  const unread = await readFile(join(folder, 'none/source')).catch((cause: unknown) => cause);
  const others = [refusal('ECONNRESET'), new PilotError('DIGEST_MISMATCH', 'x'), new Error('x'), 'x', unread];
  for (const other of others) expect(told(other, join(folder, 'target'))).toBe(other);
});
