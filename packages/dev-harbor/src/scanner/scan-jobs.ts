import { randomUUID } from 'node:crypto';
import { PilotError, toPilotError } from '@harbor-pilot/core';

/** How far a job is. */
export type JobState<Result> =
  | { readonly state: 'running' }
  | { readonly state: 'done'; readonly result: Result }
  | { readonly state: 'failed'; readonly error: PilotError };

/** Jobs that run a few at a time, and whose results are kept for a while. */
export interface Jobs<Result> {
  /** Queues a job and names it. */
  start(work: (signal: AbortSignal) => Promise<Result>): string;
  get(id: string): JobState<Result> | undefined;
  /** Aborts what runs and waits for it to end. */
  close(): Promise<void>;
}

const concurrency = 2;
const keptJobs = 1000;

/**
 * An empty queue.
 * @param deadlineSeconds how long one job may run.
 */
export function createJobs<Result>(deadlineSeconds: number): Jobs<Result> {
  const states = new Map<string, JobState<Result>>();
  const closing = new AbortController();
  const lanes: Promise<void>[] = Array.from({ length: concurrency }, () => Promise.resolve());
  let started = 0;
  const run = async (id: string, work: (signal: AbortSignal) => Promise<Result>): Promise<void> => {
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(deadlineSeconds * 1000)]);
    try {
      signal.throwIfAborted();
      states.set(id, { state: 'done', result: await work(signal) });
    } catch (error) {
      const late = new PilotError('DEADLINE_EXCEEDED', `the scan was not done after ${deadlineSeconds} s`);
      states.set(id, { state: 'failed', error: signal.aborted ? late : toPilotError(error) });
    }
    const oldest = states.keys().next().value;
    if (states.size > keptJobs && oldest !== undefined) states.delete(oldest);
  };
  return {
    start(work) {
      const id = randomUUID();
      states.set(id, { state: 'running' });
      const lane = started % concurrency;
      started += 1;
      lanes[lane] = (lanes[lane] ?? Promise.resolve()).then(() => run(id, work));
      return id;
    },
    get: (id) => states.get(id),
    async close() {
      closing.abort();
      await Promise.all(lanes);
    },
  };
}
