import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { CompressedSize } from '../../src/formats/compressed-size.ts';

/** Half of it is worth compressing. */
const texts = Array.from({ length: 600 }, () => randomBytes(2500).toString('hex') + 'again and again '.repeat(300));

/** How many texts there is room for. */
async function room(bytes: number, afterEach: () => Promise<unknown>): Promise<number> {
  const size = new CompressedSize();
  for (const [index, text] of texts.entries()) {
    if (size.reaches(bytes)) return index;
    size.add(text);
    await afterEach();
  }
  return texts.length;
}

describe('the size of what is compressed', () => {
  it('is the same whether other threads had time for it or not', async () => {
    for (const bytes of [1, 300_000, 1_000_000]) {
      const hurried = await room(bytes, async () => undefined);
      const relaxed = await room(bytes, async () => {
        for (let turn = 0; turn < 5; turn++) await setImmediate();
      });
      expect(relaxed).toBe(hurried);
    }
  });

  it('is never less than that of the whole', async () => {
    const count = await room(1_000_000, async () => undefined);
    const whole = deflateRawSync(texts.slice(0, count).join(''), { level: 1 }).length;
    expect(whole).toBeLessThan(1_000_000);
    expect(whole).toBeGreaterThan(700_000);
  });
});
