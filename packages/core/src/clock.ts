import { setTimeout as delay } from 'node:timers/promises';

/** Where time comes from; tests give their own. */
export interface Clock {
  now(): Date;
  /** Waits so many milliseconds; rejects with the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The longest time of a timer, in milliseconds: Node.js lets longer ones end at once (Node.js 24, "Timers"). */
export const longestTimerMilliseconds = 2 ** 31 - 1;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => new Date(),
  sleep: async (milliseconds, signal) => {
    signal?.throwIfAborted();
    try {
      await delay(milliseconds, undefined, signal === undefined ? undefined : { signal });
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
};

/** Seconds since a moment, to the millisecond. */
export function secondsSince(begin: Date, clock: Clock): number {
  return (clock.now().getTime() - begin.getTime()) / 1000;
}
