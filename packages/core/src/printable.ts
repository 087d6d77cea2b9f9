/**
 * Text of a stranger, for logs that terminals and CI systems interpret: without control characters, and cut when it is longer
 * than `limit` characters.
 */
export function printable(text: string, limit = Number.POSITIVE_INFINITY): string {
  const clean = text.replace(/\p{C}+/gu, ' ').trim();
  return clean.length > limit ? `${clean.slice(0, limit)}…` : clean;
}
