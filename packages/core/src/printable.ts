import { redact } from './redact.ts';

/**
 * Text of a stranger, for logs that terminals and CI systems interpret: without control characters, and cut when it is longer
 * than `limit` characters. Secrets are hidden first: half of one would not be found any more.
 */
export function printable(text: string, limit = Number.POSITIVE_INFINITY): string {
  const clean = redact(text)
    .replace(/\p{C}+/gu, ' ')
    .trim();
  return clean.length > limit ? `${clean.slice(0, limit)}…` : clean;
}
