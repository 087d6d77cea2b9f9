import { PilotError } from '@harbor-pilot/core';

const dayMilliseconds = 86_400_000;

/** When an account expires, and from how many days before it is to be said. */
export interface Expiry {
  readonly at: Date;
  readonly warningDays: number;
}

/**
 * Reads when an account expires: a date, a date with time, or seconds since 1970 as in Harbor's `expires_at` (-1: never).
 * @returns undefined when it never does, or nobody said.
 * @throws PilotError INPUT_INVALID
 */
export function parseExpiry(expiresAt: string | undefined, warningDays: number): Expiry | undefined {
  const text = expiresAt?.trim() ?? '-1';
  return text === '-1' ? undefined : { at: parseDate(text), warningDays };
}

/** ISO 8601, or seconds since 1970. */
const [datePattern, secondsPattern] = [
  /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/,
  /^\d{9,11}$/,
];

function parseDate(text: string): Date {
  const day = datePattern.exec(text)?.[1];
  if (secondsPattern.test(text)) return new Date(Number(text) * 1000);
  // A day that its month does not have would count into the next month.
  if (day !== undefined && !Number.isNaN(Date.parse(text)) && dayOf(new Date(day)) === day) return new Date(text);
  throw new PilotError('INPUT_INVALID', `the input "expires-at" is "${text}"`, {
    hint: 'Write a date, 2027-01-31, or the number that Harbor gives as expires_at.',
  });
}

/** What to warn of; undefined while there is time enough. */
export function expiryWarning({ at, warningDays }: Expiry, username: string, now: Date): string | undefined {
  const days = Math.floor((at.getTime() - now.getTime()) / dayMilliseconds);
  if (days < 0) {
    return `"expires-at" says that ${username} expired on ${dayOf(at)}, but it is still accepted: correct the date, or see in Harbor (Robot Accounts)`;
  }
  if (days > warningDays) return undefined;
  const time = days === 0 ? 'in less than a day' : `in ${days} ${days === 1 ? 'day' : 'days'}`;
  return `${username} expires ${time}, on ${dayOf(at)}: give it a new expiration in Harbor (Robot Accounts); if "expires-at" is given, change that, too`;
}

/** Says with a refusal that the account should have expired. */
export function refusedAfterExpiry(error: unknown, { at }: Expiry, now: Date): unknown {
  const isRefusal = error instanceof PilotError && ['ROBOT_REFUSED', 'AUTH_FAILED'].includes(error.code);
  if (!isRefusal || now < at) return error;
  return new PilotError(error.code, `${error.message}; "expires-at" says that it expired on ${dayOf(at)}`, {
    cause: error.cause,
    hint: 'Give the robot account a new expiration in Harbor (Robot Accounts), then change "expires-at".',
    details: error.details,
  });
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
