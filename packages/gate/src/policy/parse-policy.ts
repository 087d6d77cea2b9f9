import { closestTo, PilotError } from '@harbor-pilot/core';
import { type RatedSeverity, ratedSeverities } from '@harbor-pilot/step-kit';
import { type SeverityCutoff, severityCutoffs } from '../severity.ts';
import { vectorProblem } from './cvss-vector.ts';
import type { GatePolicy } from './policy.ts';

/** The rules as inputs and harbor-pilot.yml give them. Empty texts and lists count as absent. */
export interface PolicyValues {
  /** A cutoff, or severities with commas between, of which the lowest is the cutoff. */
  readonly severityCutoff?: string | undefined;
  readonly onlyFixed?: boolean | undefined;
  readonly failBuild?: boolean | undefined;
  readonly unratedCountsAs?: string | undefined;
  /** `critical=0`, `high=5`. */
  readonly max?: readonly string[] | undefined;
  readonly knownExploited?: boolean | undefined;
  readonly minCvss?: string | number | undefined;
  readonly vectors?: readonly string[] | undefined;
  readonly minEpss?: string | number | undefined;
  readonly graceDays?: string | number | undefined;
  readonly graceSince?: string | undefined;
  readonly onlyNew?: boolean | undefined;
  readonly onlyPackages?: readonly string[] | undefined;
  readonly ignoredPackages?: readonly string[] | undefined;
  readonly onlyPaths?: readonly string[] | undefined;
  readonly ignoredPaths?: readonly string[] | undefined;
  readonly maxReportAgeSeconds?: number | undefined;
  readonly maxDataAgeSeconds?: number | undefined;
  readonly requireSbom?: boolean | undefined;
  readonly warnBeforeExpiryDays?: string | number | undefined;
}

/**
 * Reads a policy.
 * @throws PilotError INPUT_INVALID naming the input, the value and what would do.
 */
export function parsePolicy(values: PolicyValues): GatePolicy {
  // A limit of 0 is one that exempts nothing: none.
  const graceDays = numberOf('grace-days', values.graceDays, 0, 3650) || undefined;
  const graceSince = wordOf('grace-since', values.graceSince, ['publication', 'fix'] as const) ?? 'publication';
  const unrated = wordOf('unrated-counts-as', values.unratedCountsAs, severityWords);
  return {
    severityCutoff: cutoffOf(values.severityCutoff) ?? 'high',
    onlyFixed: values.onlyFixed ?? false,
    ...given({
      failBuild: values.failBuild,
      unratedCountsAs: unrated === undefined ? undefined : ratedSeverity(unrated),
      max: budgetsOf(values.max),
      knownExploited: values.knownExploited,
      minCvss: numberOf('min-cvss', values.minCvss, 0, 10) || undefined,
      vectors: vectorsOf(values.vectors),
      minEpss: numberOf('min-epss', values.minEpss, 0, 1) || undefined,
      grace: graceDays === undefined ? undefined : { days: graceDays, since: graceSince },
      onlyNew: values.onlyNew,
      onlyPackages: filled(values.onlyPackages),
      ignoredPackages: filled(values.ignoredPackages),
      onlyPaths: filled(values.onlyPaths),
      ignoredPaths: filled(values.ignoredPaths),
      maxReportAgeSeconds: values.maxReportAgeSeconds,
      maxDataAgeSeconds: values.maxDataAgeSeconds,
      requireSbom: values.requireSbom,
      warnBeforeExpiryDays: numberOf('warn-before-expiry-days', values.warnBeforeExpiryDays, 0, 3650),
    }),
  };
}

const severityWords = ratedSeverities.map((severity) => severity.toLowerCase());

type Given<Values> = { [Key in keyof Values]?: Exclude<Values[Key], undefined> };

function given<Values extends object>(values: Values): Given<Values> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<Values>;
}

function filled(list: readonly string[] | undefined): readonly string[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}

/** The lowest of the severities that are named. `UNKNOWN` is one for other tools; here the unrated always count. */
function cutoffOf(text: string | undefined): SeverityCutoff | undefined {
  const words = (text ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '' && !/^unknown$/i.test(word));
  const cutoffs = words.flatMap((word) => wordOf('severity-cutoff', word, severityCutoffs) ?? []);
  return cutoffs.sort((a, b) => severityCutoffs.indexOf(b) - severityCutoffs.indexOf(a))[0];
}

function budgetsOf(pairs: readonly string[] | undefined): GatePolicy['max'] {
  const max: Partial<Record<RatedSeverity, number>> = {};
  for (const pair of pairs ?? []) {
    const [word = '', count = '', ...rest] = pair.split(/[=:]/).map((part) => part.trim());
    const severity = ratedSeverity(wordOf('max', word, severityWords) ?? '');
    if (severity === undefined || rest.length > 0 || !/^\d{1,9}$/.test(count)) {
      throw invalid('max', pair, 'Write a severity and how many of it may be there, such as high=5.');
    }
    if (max[severity] !== undefined) throw invalid('max', pair, `There is a number for ${word} already.`);
    max[severity] = Number(count);
  }
  return Object.keys(max).length > 0 ? max : undefined;
}

function ratedSeverity(word: string): RatedSeverity | undefined {
  return ratedSeverities.find((severity) => severity.toLowerCase() === word);
}

function vectorsOf(vectors: readonly string[] | undefined): readonly string[] | undefined {
  for (const vector of vectors ?? []) {
    const problem = vectorProblem(vector);
    if (problem !== undefined) throw invalid('vectors', vector, `Write metrics such as AV:N or AV:N/PR:N: ${problem}.`);
  }
  return filled(vectors);
}

function numberOf(name: string, given: string | number | undefined, least: number, most: number): number | undefined {
  const text = String(given ?? '');
  if (text === '') return undefined;
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw invalid(name, text, `Write a number from ${least} to ${most}.`);
}

function wordOf<Word extends string>(name: string, text: string | undefined, words: readonly Word[]): Word | undefined {
  if (text === undefined || text === '') return undefined;
  const lower = text.toLowerCase();
  const word = words.find((candidate) => candidate === lower);
  if (word !== undefined) return word;
  const closest = closestTo(lower, words);
  const question = closest === undefined ? '' : `Did you mean "${closest}"? `;
  throw invalid(name, text, `${question}Write one of ${words.join(', ')}.`);
}

function invalid(name: string, value: string, hint: string): PilotError {
  return new PilotError('INPUT_INVALID', `the input "${name}" is "${value}"`, { hint });
}
