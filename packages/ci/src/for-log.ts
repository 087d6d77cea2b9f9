import { redact } from '@harbor-pilot/core';

/**
 * Text of anybody for a log: secrets are hidden; only line breaks and tabs are left of what terminals obey, and of that by which GitLab finds its
 * sections; no marks of direction, which make a text look like another.
 */
export function forLog(text: string): string {
  return redact(text)
    .replaceAll('\r\n', '\n')
    .replaceAll(/(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, '\ufffd');
}
