/** Longest text that is kept of an entry of a report, in UTF-16 code units: advisories are rarely longer. */
const longestText = 4000;

/**
 * The beginning of a text that is too long to be kept 100,000 times, as a text of its own: V8 makes of a part of a text a
 * reference to the whole, which then stays in memory.
 */
export function shortened(text: string): string {
  if (text.length <= longestText) return text;
  return Buffer.from(text.slice(0, longestText), 'utf16le').toString('utf16le');
}
