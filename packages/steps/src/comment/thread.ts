import { asString, PilotError, parseObject, printable } from '@harbor-pilot/core';
import type { HttpResponse } from '@harbor-pilot/http';

/** What was said about a change. */
export interface Thread {
  /**
   * The comments that have a line, and that this account has written: others could put words into our mouth. The oldest
   * first. There are several when two jobs began them at once.
   * @throws PilotError AUTH_FAILED, AUTH_DENIED, ANSWER_UNEXPECTED; and what the HTTP client throws.
   */
  find(line: string): Promise<readonly Comment[]>;
  create(text: string): Promise<void>;
  update(comment: Comment, text: string): Promise<void>;
  remove(comment: Comment): Promise<void>;
}

/** One comment. */
export interface Comment {
  readonly id: number;
  readonly text: string;
}

/** Pages of 100 comments that are looked through: GitHub has at most 2,500 comments, GitLab 5,000 notes of people. */
export const pageLimit = 100;

/** Largest page, in bytes: notes on GitLab have up to a million characters each, and 8 MiB would not hold ten of them. */
export const pageBytes = 1 << 27;

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

const wordLimit = 300;

/** The error for an answer that is none, with the words of the server: a locked conversation is refused as a token is. The body is used up. */
export async function refused(response: HttpResponse, what: string, hints: RefusalHints): Promise<PilotError> {
  const body = parseObject(await response.text().catch(() => '')) ?? {};
  const { status } = response;
  const words = printable(asString(body.message) ?? asString(body.error) ?? '', wordLimit);
  const host = new URL(response.url).host;
  const message = `${host} answered ${status} to the request to ${what}${words === '' ? '' : ` (${words})`}`;
  const details = { status };
  if (status === 401) return new PilotError('AUTH_FAILED', message, { hint: hints.unknownToken, details });
  if (status === 403 || status === 404) return new PilotError('AUTH_DENIED', message, { hint: hints.denied, details });
  return new PilotError('ANSWER_UNEXPECTED', message, { details });
}

/** Whether an error says that there is no such comment any more. */
export function isGone(error: unknown): boolean {
  return error instanceof PilotError && error.details.status === 404;
}
