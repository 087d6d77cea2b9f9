const words: readonly string[] = ['none', 'low', 'medium', 'high', 'critical'];

/** The severity that the setting of a project stands for: in any case, `negligible` for none, anything else for `unknown`. */
export function settledSeverity(setting = ''): string {
  const word = setting.toLowerCase();
  if (word === 'negligible') return 'none';
  return words.includes(word) ? word : 'unknown';
}
