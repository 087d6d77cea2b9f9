import { randomUUID } from 'node:crypto';
import { PilotError, systemClock, toPilotError } from '@harbor-pilot/core';

/** How far a job is. */
export type JobState<Result> =
  | { readonly state: 'running'; readonly ended: Promise<void> }
  | { readonly state: 'done'; readonly result: Result }
  | { readonly state: 'failed'; readonly error: PilotError };

/** Jobs that run a few at a time, and whose results are kept for a while. */
export interface Jobs<Result> {
  /** Queues a job and names it. */
  start(work: (signal: AbortSignal) => Promise<Result>): string;
  /** How far a job is: at once when it has ended, otherwise when it ends or the time is over. */
  wait(id: string, milliseconds: number): Promise<JobState<Result> | undefined>;
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
      const lane = started % concurrency;
      started += 1;
      const ended = (lanes[lane] ?? Promise.resolve()).then(() => run(id, work));
      lanes[lane] = ended;
      states.set(id, { state: 'running', ended });
      return id;
    },
    async wait(id, milliseconds) {
      const job = states.get(id);
      if (job?.state !== 'running') return job;
      const waiting = new AbortController();
      const time = systemClock.sleep(milliseconds, waiting.signal).catch(() => undefined);
      await Promise.race([job.ended, time]);
      waiting.abort();
      return states.get(id);
    },
    async close() {
      closing.abort();
      await Promise.all(lanes);
    },
  };
}
