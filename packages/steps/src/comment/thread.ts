import { PilotError } from '@harbor-pilot/core';
import type { HttpResponse } from '@harbor-pilot/http';

/** What was said about a change. */
export interface Thread {
  /**
   * The comment that has a line, and that this account has written: others could put words into our mouth.
   * @throws PilotError AUTH_FAILED, AUTH_DENIED, ANSWER_UNEXPECTED; and what the HTTP client throws.
   */
  find(line: string): Promise<Comment | undefined>;
  create(text: string): Promise<void>;
  update(comment: Comment, text: string): Promise<void>;
}

/** One comment. */
export interface Comment {
  readonly id: number;
  readonly text: string;
}

/** Pages of 100 comments that are looked through; ours is among the first as a rule. */
export const pageLimit = 30;

/** Text that has a line of its own. */
export function hasLine(text: string, line: string): boolean {
  return text.split(/\r?\n/).includes(line);
}

/** How a server refuses, and what helps. */
export interface RefusalHints {
  /** 401 */
  readonly unknownToken: string;
  /** 403, 404: these servers do not tell that there is something to those who may not see it. */
  readonly denied: string;
}

/** The error for an answer that is none. The body is used up. */
export async function refused(response: HttpResponse, what: string, hints: RefusalHints): Promise<PilotError> {
  await response.discard();
  const { status } = response;
  const host = new URL(response.url).host;
  const message = `${host} answered ${status} to the request to ${what}`;
  if (status === 401) return new PilotError('AUTH_FAILED', message, { hint: hints.unknownToken });
  if (status === 403 || status === 404) return new PilotError('AUTH_DENIED', message, { hint: hints.denied });
  return new PilotError('ANSWER_UNEXPECTED', message);
}
