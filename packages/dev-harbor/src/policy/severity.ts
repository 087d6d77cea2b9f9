const words: readonly string[] = ['none', 'low', 'medium', 'high', 'critical'];

/** The severity that the setting of a project stands for: in any case, `negligible` for none, anything else for `unknown`. */
export function settledSeverity(setting = ''): string {
  const word = setting.toLowerCase();
  if (word === 'negligible') return 'none';
  return words.includes(word) ? word : 'unknown';
}

const weights: Readonly<Record<string, number>> = {
  None: 0,
  Unknown: 0,
  Negligible: 1,
  Low: 2,
  Medium: 3,
  High: 4,
  Critical: 5,
};

/** How much a severity counts when images are held back: the limit `None` and the limit `Unknown` are the same, and a word nobody knows counts most. */
export function weightOf(severity: string): number {
  return weights[severity] ?? 99;
}
