import { formatNumber } from '@harbor-pilot/core';
import { allSeverities, type GateTally } from '../gate-summary/gate-tally.ts';
import { table } from '../markdown-parts.ts';

/**
 * The severities as a chart of Mermaid, which GitHub and GitLab draw; elsewhere its source is read as a list. A pie, since
 * older versions know no other chart for this. Zeros are left out: some versions refuse them.
 */
export function severityChart({ bySeverity }: GateTally): string {
  const slices = allSeverities.filter((severity) => bySeverity[severity].all > 0);
  if (slices.length === 0) return '';
  return [
    '```mermaid',
    'pie showData',
    '    title Vulnerabilities by severity',
    ...slices.map((severity) => `    "${severity}" : ${bySeverity[severity].all}`),
    '```',
  ].join('\n');
}

/** The same as a table, with what became of them. */
export function counts({ bySeverity }: GateTally): string {
  const rows = allSeverities
    .filter((severity) => bySeverity[severity].all > 0)
    .map((severity) => {
      const { refused, excepted, allowed, all } = bySeverity[severity];
      return [severity, ...[refused, excepted, allowed, all].map((count) => (count === 0 ? '–' : formatNumber(count)))];
    });
  return rows.length === 0 ? '' : table(['Severity', 'Refused', 'Excepted', 'Allowed', 'All'], rows);
}
