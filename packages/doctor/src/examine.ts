import { type Clock, PilotError, secondsSince } from '@harbor-pilot/core';
import type { Check, CheckResult, Finding } from './check.ts';

/** How an examination goes on. */
export interface ExamineOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The longest that one check may take. */
  readonly timeoutSeconds: number;
  /** Told each result as it comes. */
  readonly progress?: (result: CheckResult) => void;
}

/**
 * Makes the checks one after the other. One whose need failed or was skipped is skipped, and names the check with which it
 * began, so that one cause is told once.
 */
export async function examine(checks: readonly Check[], options: ExamineOptions): Promise<readonly CheckResult[]> {
  const results = new Map<string, CheckResult>();
  const causes = new Map<string, string>();
  for (const check of checks) {
    options.signal.throwIfAborted();
    const begin = options.clock.now();
    const { id, area, title, matters, needs } = check;
    const missing = needs?.find((need) => !['ok', 'warning'].includes(results.get(need)?.status ?? 'skipped'));
    const cause = missing === undefined ? undefined : (causes.get(missing) ?? results.get(missing)?.title ?? missing);
    if (cause !== undefined) causes.set(id, cause);
    const finding = cause === undefined ? await look(check, options) : skipped(cause);
    const result = { ...finding, id, area, title, matters, durationSeconds: secondsSince(begin, options.clock) };
    results.set(id, result);
    options.progress?.(result);
  }
  return [...results.values()];
}

function skipped(cause: string): Finding {
  return { status: 'skipped', seen: `not examined, since it needs: ${cause}` };
}

async function look(check: Check, { signal, timeoutSeconds }: ExamineOptions): Promise<Finding> {
  const deadline = AbortSignal.timeout(timeoutSeconds * 1000);
  const either = AbortSignal.any([signal, deadline]);
  let stop = (): void => undefined;
  const over = new Promise<never>((_, reject) => {
    stop = () => reject(either.reason);
    either.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([check.look(either), over]);
  } catch (error) {
    signal.throwIfAborted();
    if (deadline.aborted) return tooLate(timeoutSeconds);
    return failure(error);
  } finally {
    either.removeEventListener('abort', stop);
  }
}

function tooLate(timeoutSeconds: number): Finding {
  return {
    status: 'failed',
    code: 'DEADLINE_EXCEEDED',
    seen: `no answer after ${timeoutSeconds} s`,
    advice: 'Something on the way swallows packets (firewall), or the server is overloaded. Look at both.',
  };
}

/** A failed check made of an error; a bug of ours goes on. */
export function failure(error: unknown): Finding {
  if (!(error instanceof PilotError)) throw error;
  const { code, message, hint } = error;
  return { status: 'failed', code, seen: message, ...(hint === undefined ? {} : { advice: hint }) };
}
