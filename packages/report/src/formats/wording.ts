import type { JudgedVulnerability, ReportedException } from '@harbor-pilot/step-kit';

/** What can be done: `fixed in 1.1.1d-r0`, `fixed`, `no fix yet`, or `no fix yet, will not fix` where the distribution says so. */
export function fixPhrase({ fixVersion, status }: JudgedVulnerability): string {
  if (fixVersion !== undefined) return `fixed in ${fixVersion}`;
  if (status === 'fixed') return status;
  return status === undefined ? 'no fix yet' : `no fix yet, ${status.replaceAll('_', ' ')}`;
}

/** `High`, or `Unknown (counts as High)`. */
export function severityPhrase({ severity, countedAs }: JudgedVulnerability): string {
  return severity === countedAs ? severity : `${severity} (counts as ${countedAs})`;
}

/** Who answers for an exception, why, until when, and where it stands. */
export function exceptionPhrase({ reason, owner, expiresAt, from }: ReportedException): string {
  const by = owner === undefined ? '' : `, by ${owner}`;
  const until = expiresAt === undefined ? '' : `, until ${expiresAt}`;
  return `${reason} (${from}${by}${until})`;
}

/** Where a vulnerability is described first: one line with what a list has room for. */
export function headingOf({ id, title, package: name }: JudgedVulnerability): string {
  return title === undefined || title === '' ? `${id} in ${name}` : `${id}: ${title}`;
}

/** A text of at most so many UTF-16 code units, for formats whose readers refuse longer ones; never half a character. */
export function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
