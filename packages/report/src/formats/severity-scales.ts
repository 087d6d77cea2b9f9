import type { JudgedVulnerability } from '@harbor-pilot/step-kit';

/** What one severity is called elsewhere. */
interface Scale {
  /** `level` of SARIF 2.1.0, section 3.27.10. */
  readonly sarif: 'error' | 'warning' | 'note';
  /**
   * Lowest, usual and highest `security-severity` that GitHub shows as this severity: more than 9.0 is critical,
   * 7.0 to 8.9 high, 4.0 to 6.9 medium, 0.1 to 3.9 low.
   */
  readonly score: readonly [lowest: number, usual: number, highest: number];
  /** `severity` of GitLab's security reports. */
  readonly gitlab: 'Critical' | 'High' | 'Medium' | 'Low' | 'Info' | 'Unknown';
  /** `severity` of GitLab's code quality reports. */
  readonly codeQuality: 'blocker' | 'critical' | 'major' | 'minor' | 'info';
}

const scales: Readonly<Record<JudgedVulnerability['countedAs'], Scale>> = {
  Critical: { sarif: 'error', score: [9.1, 9.5, 10], gitlab: 'Critical', codeQuality: 'blocker' },
  High: { sarif: 'error', score: [7, 8, 8.9], gitlab: 'High', codeQuality: 'critical' },
  Medium: { sarif: 'warning', score: [4, 5.5, 6.9], gitlab: 'Medium', codeQuality: 'major' },
  Low: { sarif: 'note', score: [0.1, 2, 3.9], gitlab: 'Low', codeQuality: 'minor' },
  Negligible: { sarif: 'note', score: [0.1, 0.5, 3.9], gitlab: 'Info', codeQuality: 'info' },
};

/** What SARIF, GitLab and its code quality call the severity that a vulnerability counts as. */
export function scaleOf({ countedAs }: JudgedVulnerability): Scale {
  return scales[countedAs];
}

/** What GitLab calls the severity that the source gives; it has a word for vulnerabilities that nobody has rated. */
export function gitlabSeverity(found: Pick<JudgedVulnerability, 'severity'>): Scale['gitlab'] {
  return found.severity === 'Unknown' ? 'Unknown' : scales[found.severity].gitlab;
}

/**
 * The number by which GitHub shows a severity: the CVSS score where it agrees with what the vulnerability counts as, else
 * the nearest that does. Distributions often rate below the score, and a page that disagrees with the gate helps nobody.
 */
export function securitySeverity(found: JudgedVulnerability): string {
  const [lowest, usual, highest] = scales[found.countedAs].score;
  return Math.min(highest, Math.max(lowest, found.cvssScore ?? usual)).toFixed(1);
}
