import { redact } from '@harbor-pilot/core';

/**
 * Text of anybody for a log: secrets are hidden; only line breaks and tabs are left of what terminals obey, and of that by
 * which GitLab finds its sections; no marks of direction, which make a text look like another.
 */
export function forLog(text: string): string {
  return redact(text).replaceAll('\r\n', '\n').replaceAll(control, '\ufffd');
}

/** The same for a terminal, which may be told to be bold, faint, or of a colour that can be read; anybody may do that. */
export function forTerminal(text: string): string {
  return redact(text).replaceAll('\r\n', '\n').replaceAll(controlButColour, '\ufffd');
}

const control = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
const controlButColour = new RegExp(`(?!\\u001b\\[(?:0|1|2|(?:1;)?3[1-6])m)${control.source}`, 'gu');
