/** Longest untrusted text in a report, in characters. */
const longestText = 500;

/**
 * Untrusted text as one harmless line: no control characters (a terminal would obey them), no direction marks (they make
 * text look like another), nothing that XML forbids, none of the markers by which CI systems take commands out of a log; cut
 * when it is too long.
 */
export function plain(text: string, limit: number = longestText): string {
  if (isPlain(text, limit)) return text;
  const line = text
    .slice(0, limit + 1)
    .toWellFormed()
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu, '\ufffd')
    .replaceAll(/##(?=\w*\[)/g, '## ')
    .trim();
  return text.length > limit ? `${line.slice(0, limit).toWellFormed()}…` : line;
}

/** Whether {@link plain} has surely nothing to do: quickly said, and true of nearly every text. */
export function isPlain(text: string, limit: number): boolean {
  return text.length <= limit && ordinary.test(text);
}

const ordinary = /^[!"$-~]+(?: [!"$-~]+)*$/;

/** The first entries of a list and how many are left out. */
export function first<T>(
  entries: readonly T[],
  limit: number,
): { readonly shown: readonly T[]; readonly more: number } {
  return { shown: entries.slice(0, limit), more: Math.max(0, entries.length - limit) };
}
