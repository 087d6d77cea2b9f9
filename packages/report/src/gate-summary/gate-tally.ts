import { type FoundVulnerability, type JudgedVulnerability, ratedSeverities } from '@harbor-pilot/step-kit';

type Severity = FoundVulnerability['severity'];

/** Worst first, and last what nobody has rated. */
export const allSeverities: readonly Severity[] = [...ratedSeverities, 'Unknown'];

/** How many vulnerabilities there are of each kind. */
export interface Tally {
  readonly all: number;
  readonly refused: number;
  readonly excepted: number;
  readonly allowed: number;
  /** Those that have a fix. */
  readonly fixable: number;
  /** Those that the baseline does not have. */
  readonly added: number;
}

/** The tally of a report, and of each of its severities. */
export interface GateTally extends Tally {
  readonly bySeverity: Readonly<Record<Severity, Tally>>;
}

/** Counts all vulnerabilities of a report, in one pass. */
export function tallyOf(vulnerabilities: readonly JudgedVulnerability[]): GateTally {
  const all = emptyTally();
  const bySeverity = Object.fromEntries(allSeverities.map((severity) => [severity, emptyTally()])) as Record<
    Severity,
    ReturnType<typeof emptyTally>
  >;
  for (const found of vulnerabilities) {
    count(all, found);
    count(bySeverity[found.severity], found);
  }
  return { ...all, bySeverity };
}

function emptyTally(): { -readonly [Kind in keyof Tally]: number } {
  return { all: 0, refused: 0, excepted: 0, allowed: 0, fixable: 0, added: 0 };
}

function count(tally: ReturnType<typeof emptyTally>, { outcome, fixVersion, isNew }: JudgedVulnerability): void {
  tally.all += 1;
  tally[outcome] += 1;
  if (fixVersion !== undefined) tally.fixable += 1;
  if (isNew === true) tally.added += 1;
}

/** The first vulnerabilities of a report, those that are refused before the others. */
export function refusedFirst(
  vulnerabilities: readonly JudgedVulnerability[],
  limit: number,
): readonly JudgedVulnerability[] {
  const refused = vulnerabilities.filter(({ outcome }) => outcome === 'refused').slice(0, limit);
  const others = vulnerabilities.filter(({ outcome }) => outcome !== 'refused').slice(0, limit - refused.length);
  return [...refused, ...others];
}
