import { describe, expect, it } from '@jest/globals';
import { together } from '../src/index.ts';

const untilStopped = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true }));

describe('together', () => {
  it('gives each result in its place', async () => {
    const slow = () => new Promise<string>((resolve) => setImmediate(resolve, 'one'));
    const results: [string, number] = await together([slow, async () => 2]);
    expect(results).toEqual(['one', 2]);
  });

  it('stops the others after the first error, and throws that error only when they have ended', async () => {
    const ended: string[] = [];
    const stopped = async (signal: AbortSignal): Promise<void> => {
      await untilStopped(signal).catch(() => undefined);
      await new Promise((resolve) => setImmediate(resolve));
      ended.push('the other');
      throw new Error('of being stopped');
    };
    const failing = async (): Promise<never> => {
      throw new Error('the first');
    };
    await expect(together([stopped, failing])).rejects.toThrow('the first');
    expect(ended).toEqual(['the other']);
  });

  it('passes on that the caller stops', async () => {
    const caller = new AbortController();
    const work = together([untilStopped], caller.signal);
    caller.abort();
    await expect(work).rejects.toThrow('stopped');
  });
});
