import { PilotError } from '@harbor-pilot/core';
/** How long to wait and how often to try again: one object for all requests of a client, and for tasks made of several. */
export interface Policy {
  /** Tries in all of one request or task. */
  readonly attempts: number;
  /** The longest wait before the second try; it doubles with each further one. */
  readonly firstDelaySeconds: number;
  /** No wait is longer, whatever a server asks for. */
  readonly longestDelaySeconds: number;
  /** All waits of one request or task together. */
  readonly waitSeconds: number;
  /** Tries after the first of everything that the client does: a server that is down is not asked for ever. */
  readonly retriesInTotal: number;
  /** How long the other side may be silent. */
  readonly idleSeconds: number;
  /** The same after the last byte of a blob, which a registry hashes and moves then. */
  readonly storeSeconds: number;
  /** How long one exchange may take, and on top of it the time that its bytes take at the slowest rate. */
  readonly totalSeconds: number;
  readonly slowestBytesPerSecond: number;
}

/** What holds unless a client is made with something else. */
export const defaultPolicy: Policy = {
  attempts: 4,
  firstDelaySeconds: 1,
  longestDelaySeconds: 60,
  waitSeconds: 150,
  retriesInTotal: 200,
  idleSeconds: 60,
  storeSeconds: 300,
  totalSeconds: 600,
  slowestBytesPerSecond: 32 * 1024,
};

/** The tries of one request or task. */
export interface Tries {
  /**
   * Milliseconds to wait before another try, which is counted with this call; undefined when none is left.
   * @param retryAfter value of `Retry-After`: seconds or a date (RFC 9110, section 10.2.3).
   */
  next(retryAfter?: string): number | undefined;
}

/** What the tries of a client have in common. */
export interface TriesOptions {
  readonly policy: Policy;
  readonly now: () => Date;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/**
 * Counts tries against a policy. The wait is anything up to the longest (full jitter), and no shorter than the server asks for,
 * so that jobs which failed together do not come back together.
 * @returns a function that begins the tries of a request or task; `attempts` replaces that of the policy.
 */
export function createTries({ policy, now, random }: TriesOptions): (attempts?: number) => Tries {
  let left = policy.retriesInTotal;
  const longest = policy.longestDelaySeconds * 1000;
  return (attempts = policy.attempts) => {
    let failed = 0;
    let waited = 0;
    return {
      next: (retryAfter) => {
        failed += 1;
        const asked = retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, now());
        const full = policy.firstDelaySeconds * 1000 * 2 ** (failed - 1);
        // Never at once, as a server that says 0, or a date that is over by our clock, would have it.
        const wait = Math.min(Math.max(asked ?? 0, Math.round(full * random())), longest);
        if (failed >= attempts || left === 0 || waited + wait > policy.waitSeconds * 1000) return undefined;
        left -= 1;
        waited += wait;
        return wait;
      },
    };
  };
}

function parseRetryAfter(text: string, now: Date): number | undefined {
  if (/^\d+$/.test(text.trim())) return Number(text) * 1000;
  // "1.5" and "-5" would be dates, too.
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

const retryable: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

/** Whether a status says that the same request may succeed later. The body is not asked: registries disagree on codes. */
export function isRetryableStatus(status: number): boolean {
  return retryable.has(status);
}

/** Whether another try may heal it: the connection was lost or refused, but not a name that does not exist. */
export function isLostConnection(error: unknown): boolean {
  return error instanceof PilotError && error.code === 'NETWORK_UNREACHABLE' && error.details.reason !== 'ENOTFOUND';
}
