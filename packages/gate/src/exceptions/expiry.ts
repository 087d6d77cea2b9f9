import { unusable } from './fields.ts';
import type { Located, ValuePath } from './located.ts';

const pattern = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2}))?$/;

/**
 * The moment from which an exception no longer holds: a day, which means its beginning in UTC, or a time (RFC 3339).
 * @returns ISO 8601; undefined when the text is no date of the calendar.
 */
export function parseExpiry(text: string): string | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', date = ''] = match;
  // A day that no month has would become one of the next month.
  const day = new Date(`${year}-${month}-${date}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || day.getUTCDate() !== Number(date)) return undefined;
  const moment = match[4] === undefined ? day : new Date(text.replace(' ', 'T').toUpperCase());
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}

/**
 * The same for a key of a file; undefined when there is none.
 * @throws PilotError of the file's code: a mistyped date would be an exception for ever.
 */
export function expiryOf(located: Located, path: ValuePath, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const moment = parseExpiry(text);
  if (moment !== undefined) return moment;
  throw unusable(located, path, `"${text}" is no date`, 'Write a day such as 2027-01-31.');
}
