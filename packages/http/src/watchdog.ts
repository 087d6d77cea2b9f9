import { longestTimerMilliseconds, PilotError } from '@harbor-pilot/core';

/** Times of one exchange. */
export interface Limits {
  /** Of silence. It counts only while we wait for the other side. */
  readonly idleSeconds: number;
  /** Of the whole exchange, without the time that its bytes may take. */
  readonly totalSeconds: number;
  readonly slowestBytesPerSecond: number;
}

/** Limits how long the other side may be silent, and how long it may take in all. */
export interface Watchdog {
  /** Begins to count anew. */
  waitFor(what: string): void;
  /** Stops to count: it is our turn. */
  rest(): void;
  /** There are more bytes to carry than was known: they may take their time. */
  allowFor(bytes: number): void;
  /** Stops to count for good. */
  end(): void;
}

/**
 * Makes a watchdog. The total counts from now on.
 * @param bite called once, with PilotError DEADLINE_EXCEEDED, when the time is over.
 */
export function createWatchdog(host: string, limits: Limits, bite: (error: PilotError) => void): Watchdog {
  const { idleSeconds, totalSeconds, slowestBytesPerSecond } = limits;
  // Unlike `performance` it is there from the start, and no clock that somebody sets.
  const begin = process.uptime();
  let allowedSeconds = totalSeconds;
  let idle: NodeJS.Timeout | undefined;
  let total: NodeJS.Timeout | undefined;
  const later = (seconds: number, run: () => void): NodeJS.Timeout =>
    setTimeout(run, Math.min(Math.max(seconds * 1000, 1), longestTimerMilliseconds));
  const count = (): void => {
    clearTimeout(total);
    total = later(allowedSeconds - (process.uptime() - begin), () => {
      bite(exceeded(host, Math.round(allowedSeconds), `${host} did not finish within`));
    }).unref();
  };
  count();
  return {
    waitFor: (what) => {
      clearTimeout(idle);
      idle = later(idleSeconds, () => bite(exceeded(host, idleSeconds, `${host} was silent for`, ` (${what})`)));
    },
    rest: () => clearTimeout(idle),
    allowFor: (bytes) => {
      allowedSeconds += bytes / slowestBytesPerSecond;
      count();
    },
    end: () => {
      clearTimeout(idle);
      clearTimeout(total);
    },
  };
}

function exceeded(host: string, timeoutSeconds: number, what: string, phase = ''): PilotError {
  return new PilotError('DEADLINE_EXCEEDED', `${what} ${timeoutSeconds} seconds${phase}`, {
    hint: 'Try again; if it stays so, look at the server, and at proxies and firewalls on the way to it.',
    details: { host, timeoutSeconds },
  });
}
