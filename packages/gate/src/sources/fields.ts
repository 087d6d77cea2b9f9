import { asArray, asNumber, asString, shortened } from '@harbor-pilot/core';
import { type Digest, isDigest } from '@harbor-pilot/oci';
import type { FoundVulnerability, RatedSeverity } from '@harbor-pilot/step-kit';

/** Text of a report that is not empty. */
export function textOf(value: unknown): string | undefined {
  const text = asString(value)?.trim();
  return text === undefined || text === '' ? undefined : shortened(text);
}

/** The texts of a list, each once; undefined when there are none. */
export function textsOf(value: unknown, limit: number): readonly string[] | undefined {
  const texts = new Set<string>();
  for (const entry of asArray(value)) {
    const text = textOf(entry);
    if (text !== undefined) texts.add(text);
    if (texts.size === limit) break;
  }
  return texts.size === 0 ? undefined : [...texts];
}

/** Links that are kept of a vulnerability, the first ones. */
const linkLimit = 10;

/** Web addresses, each once. */
export function linksOf(values: readonly unknown[]): readonly string[] | undefined {
  return textsOf(
    values.filter((value) => typeof value === 'string' && /^https?:\/\//i.test(value)),
    linkLimit,
  );
}

/** `CWE-79`, from that or from the number. */
export function cwesOf(value: unknown): readonly string[] | undefined {
  return textsOf(
    asArray(value).map((cwe) => (typeof cwe === 'number' ? `CWE-${cwe}` : cwe)),
    linkLimit,
  );
}

const severities: Readonly<Record<string, RatedSeverity>> = {
  critical: 'Critical',
  high: 'High',
  important: 'High',
  medium: 'Medium',
  moderate: 'Medium',
  low: 'Low',
  negligible: 'Negligible',
  info: 'Negligible',
  none: 'Negligible',
};

/** A severity in the words of any scanner. A word that is not known is no rating: it counts as the policy says. */
export function severityOf(value: unknown): FoundVulnerability['severity'] {
  const word = asString(value)?.trim().toLowerCase() ?? '';
  return (Object.hasOwn(severities, word) ? severities[word] : undefined) ?? 'Unknown';
}

/** A CVSS score; 0 stands for none. */
export function scoreOf(value: unknown): number | undefined {
  const score = asNumber(value);
  return score !== undefined && score > 0 && score <= 10 ? score : undefined;
}

/** A probability, 0 to 1. */
export function probabilityOf(value: unknown): number | undefined {
  const number = asNumber(value);
  return number !== undefined && number >= 0 && number <= 1 ? number : undefined;
}

/** A moment in ISO 8601. Programs in Go write the year 1 for none; a time without a zone is taken for UTC. */
export function momentOf(value: unknown): string | undefined {
  const text = asString(value)?.trim();
  if (text === undefined || text.startsWith('0001-')) return undefined;
  const time = new Date(/T[\d:.]+$/.test(text) ? `${text}Z` : text);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** The digests in a list of digests and of `repository@digest`, each once. */
export function digestsOf(values: readonly unknown[]): readonly Digest[] {
  const found = values.flatMap((value) => {
    const text = asString(value) ?? '';
    const digest = text.slice(text.lastIndexOf('@') + 1);
    return isDigest(digest) ? [digest] : [];
  });
  return [...new Set(found)];
}

/** `name version` of a program. */
export function programName(name: unknown, version: unknown): string | undefined {
  const [known, which] = [textOf(name), textOf(version)];
  return known === undefined ? undefined : [known, which].filter(Boolean).join(' ');
}
