const namedLimit = 5;

/** The first of some ids, each once, and how many more there are: `CVE-2026-1, CVE-2026-2 and 3 more`. */
export function fewOf(ids: readonly string[]): string {
  const each = [...new Set(ids)];
  const more = each.length - namedLimit;
  return `${each.slice(0, namedLimit).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
