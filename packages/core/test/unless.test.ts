import { describe, expect, it } from '@jest/globals';
import { PilotError, unless } from '../src/index.ts';

describe('unless', () => {
  it('gives what the work gives', async () => {
    await expect(unless(['TAG_MOVED'], Promise.resolve(1))).resolves.toBe(1);
  });

  it('gives nothing for an error with one of the codes, and throws any other', async () => {
    const work = () => Promise.reject(new PilotError('TAG_MOVED', 'gone'));
    await expect(unless(['TAG_MOVED'], work())).resolves.toBeUndefined();
    await expect(unless(['TAG_IMMUTABLE'], work())).rejects.toThrow('gone');
    await expect(unless(['TAG_MOVED'], Promise.reject(new Error('bug')))).rejects.toThrow('bug');
  });
});
