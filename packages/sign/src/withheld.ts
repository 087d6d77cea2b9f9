import { PilotError } from '@harbor-pilot/core';

/** Does some work until Harbor gives out no more. @returns its error (PULL_REFUSED) then; other errors stay errors. */
export async function withheldBy(work: () => Promise<void>): Promise<PilotError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof PilotError && error.code === 'PULL_REFUSED') return error;
    throw error;
  }
}
