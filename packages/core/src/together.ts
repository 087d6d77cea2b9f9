import { eitherSignal } from './either-signal.ts';

/** Pieces of work, each of which may listen when it is to stop. */
type Works<Results extends readonly unknown[]> = {
  readonly [Index in keyof Results]: (signal: AbortSignal) => Promise<Results[Index]>;
};

/**
 * Does several things at once as `Promise.all` does, but nothing of it goes on behind the caller's back: after the first
 * error the others are told to stop, and all have come to their end before that error is thrown.
 */
export async function together<Results extends readonly unknown[]>(
  works: Works<Results>,
  signal?: AbortSignal,
): Promise<Results> {
  const failed = new AbortController();
  const either = eitherSignal(signal, failed.signal);
  const run = async (work: Works<Results>[number]): Promise<unknown> => {
    try {
      return await work(either);
    } catch (error) {
      // Only the first reason is kept: what the others throw comes of being stopped.
      failed.abort(error);
      throw error;
    }
  };
  const outcomes = await Promise.allSettled(works.map(run));
  if (failed.signal.aborted) throw failed.signal.reason;
  return outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : undefined)) as unknown as Results;
}
