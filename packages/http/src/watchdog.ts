import { PilotError } from '@harbor-pilot/core';

/** Limits how long the other side may be silent; it counts only while we wait for it. */
export interface Watchdog {
  /** Begins to count anew. */
  waitFor(what: string): void;
  /** Stops to count: it is our turn. */
  rest(): void;
}

/**
 * Makes a watchdog that is at rest.
 * @param bite called once, with PilotError DEADLINE_EXCEEDED, when the time is over.
 */
export function createWatchdog(host: string, timeoutSeconds: number, bite: (error: PilotError) => void): Watchdog {
  let timer: NodeJS.Timeout | undefined;
  return {
    waitFor: (what) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        bite(
          new PilotError('DEADLINE_EXCEEDED', `${host} was silent for ${timeoutSeconds} seconds (${what})`, {
            hint: 'Try again; if it stays so, look at the server, and at proxies and firewalls on the way to it.',
            details: { host, timeoutSeconds },
          }),
        );
      }, timeoutSeconds * 1000);
    },
    rest: () => clearTimeout(timer),
  };
}
