import { describe, expect, it } from '@jest/globals';
import { inParallel } from '../src/index.ts';

describe('inParallel', () => {
  it('does no more than eight at a time, and gives the results in order', async () => {
    let running = 0;
    let most = 0;
    const results = await inParallel(
      Array.from({ length: 30 }, (_, index) => index),
      async (item) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return item * 2;
      },
    );
    expect(most).toBe(8);
    expect(results).toEqual(Array.from({ length: 30 }, (_, index) => index * 2));
  });

  it('begins nothing more after an error, and ends what is under way', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const work = inParallel(
      Array.from({ length: 30 }, (_, index) => index),
      async (item) => {
        begun.push(item);
        if (item === 0) throw new Error('the first');
        await new Promise((resolve) => setImmediate(resolve));
        ended.push(item);
      },
    );
    await expect(work).rejects.toThrow('the first');
    expect(begun).toHaveLength(8);
    expect(ended).toHaveLength(7);
  });
});
