import { describe, expect, it } from '@jest/globals';
import { nextTime } from '../src/policy/schedule.ts';

const now = new Date('2026-11-22T12:30:15Z');

describe('a schedule', () => {
  it.each([
    ['0 0 0 * * *', '2026-11-23T00:00:00.000Z'],
    ['0 0 * * * *', '2026-11-22T13:00:00.000Z'],
    ['*/10 * * * * *', '2026-11-22T12:30:20.000Z'],
    ['0 15,45 8-18/2 * * ?', '2026-11-22T12:45:00.000Z'],
    ['0 0 0 29 2 *', '2028-02-29T00:00:00.000Z'],
    ['0 0 6 * * 1', '2026-11-23T06:00:00.000Z'],
  ])('%s is due next at %s', (cron, expected) => {
    expect(nextTime(cron, now)?.toISOString()).toBe(expected);
  });

  it('that never is, or has words, is due never', () => {
    expect(nextTime('0 0 0 31 2 *', now)).toBeUndefined();
    expect(nextTime('0 0 0 * * MON', now)).toBeUndefined();
  });
});
