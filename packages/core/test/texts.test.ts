import { describe, expect, it } from '@jest/globals';
import { formatTime, printable, registerSecret } from '../src/index.ts';

describe('formatTime', () => {
  it('writes a moment to the second, in UTC', () => {
    expect(formatTime(new Date('2026-05-01T14:00:00.999+02:00'))).toBe('2026-05-01 12:00:00Z');
  });
});

describe('printable', () => {
  it('leaves out what moves the cursor or turns the direction', () => {
    expect(printable('\u001b[2Jone\r\ntwo\u202ethree\n')).toBe('[2Jone two three');
  });

  it('shows no half of a secret that it would cut in two', () => {
    registerSecret('tulip-mania-1637');
    expect(printable('abc tulip-mania-1637', 12)).toBe('abc ***');
  });

  it('cuts what is too long, and nothing else', () => {
    expect(printable('abcdef', 3)).toBe('abc…');
    expect(printable('abc', 3)).toBe('abc');
    expect(printable('a'.repeat(10_000))).toHaveLength(10_000);
  });
});
