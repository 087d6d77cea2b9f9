import { PilotError } from '@harbor-pilot/core';
import type { Session } from './session.ts';

/**
 * What the account may do in a repository, as the token service says when it is asked for everything: Harbor lists all
 * actions that the account has in the project, also for a repository that does not exist yet (observed on 2.12 to 2.15).
 * @returns undefined where it cannot be known: without tokens, with tokens that tell nothing, or when none is given out.
 */
export async function allowedActions(session: Session, repository: string): Promise<readonly string[] | undefined> {
  try {
    return await session.grantedActions({ repository, push: true, isDelete: true });
  } catch (error) {
    // Some token services refuse a scope in place of granting less of it.
    if (error instanceof PilotError && ['AUTH_FAILED', 'AUTH_DENIED', 'PROJECT_UNAVAILABLE'].includes(error.code))
      return undefined;
    throw error;
  }
}
