import type { RatedSeverity } from '@harbor-pilot/step-kit';
import { known } from '../known.ts';
import type { SeverityCutoff } from '../severity.ts';
import type { GatePolicy } from './policy.ts';

/** A severity as people write it. */
type SeverityWord = Lowercase<RatedSeverity>;

/** The rules as inputs and harbor-pilot.yml give them, with numbers within their bounds. Empty lists count as absent. */
export interface PolicyValues {
  readonly severityCutoff?: SeverityCutoff | undefined;
  readonly onlyFixed?: boolean | undefined;
  readonly failBuild?: boolean | undefined;
  readonly unratedCountsAs?: SeverityWord | undefined;
  readonly max?: Readonly<Partial<Record<SeverityWord, number | undefined>>> | undefined;
  readonly knownExploited?: boolean | undefined;
  readonly minCvss?: number | undefined;
  readonly vectors?: readonly string[] | undefined;
  readonly minEpss?: number | undefined;
  readonly graceDays?: number | undefined;
  readonly graceSince?: 'publication' | 'fix' | undefined;
  readonly onlyNew?: boolean | undefined;
  readonly onlyPackages?: readonly string[] | undefined;
  readonly ignoredPackages?: readonly string[] | undefined;
  readonly onlyPaths?: readonly string[] | undefined;
  readonly ignoredPaths?: readonly string[] | undefined;
  readonly maxReportAgeSeconds?: number | undefined;
  readonly maxDataAgeSeconds?: number | undefined;
  readonly requireSbom?: boolean | undefined;
  readonly warnBeforeExpiryDays?: number | undefined;
}

/** Makes a policy of its rules. */
export function parsePolicy(values: PolicyValues): GatePolicy {
  const { graceDays, graceSince = 'publication', unratedCountsAs: unrated } = values;
  return {
    severityCutoff: values.severityCutoff ?? 'high',
    onlyFixed: values.onlyFixed ?? false,
    ...known({
      failBuild: values.failBuild,
      unratedCountsAs: unrated === undefined ? undefined : severities[unrated],
      max: budgetsOf(values.max),
      knownExploited: values.knownExploited,
      // A limit of 0 is one that exempts nothing: none.
      minCvss: values.minCvss || undefined,
      vectors: filled(values.vectors),
      minEpss: values.minEpss || undefined,
      grace: graceDays ? { days: graceDays, since: graceSince } : undefined,
      onlyNew: values.onlyNew,
      onlyPackages: filled(values.onlyPackages),
      ignoredPackages: filled(values.ignoredPackages),
      onlyPaths: filled(values.onlyPaths),
      ignoredPaths: filled(values.ignoredPaths),
      maxReportAgeSeconds: values.maxReportAgeSeconds,
      maxDataAgeSeconds: values.maxDataAgeSeconds,
      requireSbom: values.requireSbom,
      warnBeforeExpiryDays: values.warnBeforeExpiryDays,
    }),
  };
}

const severities = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  negligible: 'Negligible',
} as const satisfies Record<SeverityWord, RatedSeverity>;

function filled(list: readonly string[] | undefined): readonly string[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}

function budgetsOf({
  critical,
  high,
  medium,
  low,
  negligible,
}: NonNullable<PolicyValues['max']> = {}): GatePolicy['max'] {
  const max = known({ Critical: critical, High: high, Medium: medium, Low: low, Negligible: negligible });
  return Object.keys(max).length > 0 ? max : undefined;
}
