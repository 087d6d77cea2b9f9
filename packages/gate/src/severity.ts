import { type FoundVulnerability, type RatedSeverity, ratedSeverities } from '@harbor-pilot/step-kit';

/** Words for the least severity that is refused, strictest last; `none` refuses nothing and only reports. */
export const severityCutoffs = ['none', 'critical', 'high', 'medium', 'low', 'negligible'] as const;

/** The least severity that is refused; `none` refuses nothing. */
export type SeverityCutoff = (typeof severityCutoffs)[number];

const ranks: Readonly<Record<FoundVulnerability['severity'], number>> = {
  Critical: 0,
  High: 1,
  Medium: 2,
  Low: 3,
  Negligible: 4,
  Unknown: 5,
};

/** Place of a severity in the order worst first, from 0. */
export function severityRank(severity: FoundVulnerability['severity']): number {
  return ranks[severity];
}

/** Whether a severity is at or above the cutoff. */
export function reachesCutoff(severity: RatedSeverity, cutoff: SeverityCutoff): boolean {
  return ranks[severity] < severityCutoffs.indexOf(cutoff);
}

/** How many there are of each severity, whether they count or not; `Unknown` is one of them. */
export function countBySeverity(vulnerabilities: readonly FoundVulnerability[]): Record<string, number> {
  const counts: Record<string, number> = Object.fromEntries([...ratedSeverities, 'Unknown'].map((name) => [name, 0]));
  for (const { severity } of vulnerabilities) counts[severity] = (counts[severity] ?? 0) + 1;
  return counts;
}

/**
 * The severity that a vulnerability counts as. One that the scanner has not rated counts by its CVSS score
 * (bands of CVSS v3.1, section 5), and as the given severity where it has no score either.
 */
export function countedSeverity(
  vulnerability: Pick<FoundVulnerability, 'severity' | 'cvssScore'>,
  unratedCountsAs: RatedSeverity,
): RatedSeverity {
  if (vulnerability.severity !== 'Unknown') return vulnerability.severity;
  const score = vulnerability.cvssScore ?? 0;
  if (score >= 9) return 'Critical';
  if (score >= 7) return 'High';
  if (score >= 4) return 'Medium';
  return score > 0 ? 'Low' : unratedCountsAs;
}
