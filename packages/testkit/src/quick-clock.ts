import type { Clock } from '@harbor-pilot/core';

/** A clock whose sleeps are over at once. */
export function createQuickClock(): Clock {
  let now = Date.parse('2026-01-01T00:00:00Z');
  return {
    now: () => new Date(now),
    sleep: async (milliseconds, signal) => {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      now += milliseconds;
    },
  };
}
