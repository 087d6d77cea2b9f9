import { describe, expect, it } from '@jest/globals';
import { eitherSignal } from '../src/index.ts';

describe('eitherSignal', () => {
  it.each([0, 1])('is aborted with either of two, for its reason: %d', (index) => {
    const two = [new AbortController(), new AbortController()] as const;
    const either = eitherSignal(two[0].signal, two[1].signal);
    expect(either.aborted).toBe(false);
    two[index as 0 | 1].abort('why');
    expect(either.reason).toBe('why');
  });

  it('is the one that there is', () => {
    const { signal } = new AbortController();
    expect([eitherSignal(undefined, signal), eitherSignal(signal, undefined)]).toEqual([signal, signal]);
    expect(eitherSignal(undefined, undefined)).toBeUndefined();
  });
});
