/** Levels of Harbor (Pluggable Scanner API 1.2, `Severity`), lowest first. */
export const severities = ['Unknown', 'Negligible', 'Low', 'Medium', 'High', 'Critical'] as const;

/** One level of {@link severities}. */
export type Severity = (typeof severities)[number];

const words: Readonly<Record<string, Severity>> = {
  NONE: 'Negligible',
  NEGLIGIBLE: 'Negligible',
  UNIMPORTANT: 'Negligible',
  LOW: 'Low',
  MODERATE: 'Medium',
  MEDIUM: 'Medium',
  HIGH: 'High',
  IMPORTANT: 'High',
  CRITICAL: 'Critical',
};

/** The level that a database calls by this word, in any case; undefined for other words. */
export function severityOfWord(word: string): Severity | undefined {
  const key = word.toUpperCase();
  return Object.hasOwn(words, key) ? words[key] : undefined;
}

/** The level of a CVSS v3 score (CVSS v3.1 specification, section 5). */
export function severityOfScore(score: number): Severity {
  if (score >= 9) return 'Critical';
  if (score >= 7) return 'High';
  if (score >= 4) return 'Medium';
  return score > 0 ? 'Low' : 'Negligible';
}

/** The highest of some levels; undefined when there is none. */
export function worstOf(levels: readonly Severity[]): Severity | undefined {
  return severities.findLast((severity) => levels.includes(severity));
}
