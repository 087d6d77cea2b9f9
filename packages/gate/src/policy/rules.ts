import { type FoundVulnerability, type RatedSeverity, ratedSeverities } from '@harbor-pilot/step-kit';
import { reachesCutoff } from '../severity.ts';
import { hasVector } from './cvss-vector.ts';
import { globMatcher, relativePath } from './glob.ts';
import { type GatePolicy, unratedDefault } from './policy.ts';

/** A vulnerability on its way through the rules. */
export interface Candidate {
  readonly found: FoundVulnerability;
  readonly countedAs: RatedSeverity;
  /** undefined without a baseline. */
  readonly isNew: boolean | undefined;
}

/** One rule of a policy. */
export interface Rule {
  /** A sentence. */
  readonly words: string;
  /** Why a vulnerability does not count, in a few words, or undefined when this rule does not exempt it. */
  readonly exempts: (candidate: Candidate) => string | undefined;
}

const dayMilliseconds = 24 * 60 * 60 * 1000;

/** The rules about packages and paths: what is not judged at all. */
export function scopeRules(policy: GatePolicy): readonly Rule[] {
  const packageOf = ({ found }: Candidate): string => found.package;
  const pathOf = ({ found: { path } }: Candidate): string | undefined =>
    path === undefined ? undefined : relativePath(path);
  return [
    ...onlyRule('packages', policy.onlyPackages, packageOf),
    ...ignoreRule('packages', policy.ignoredPackages, packageOf),
    ...onlyRule('paths', policy.onlyPaths?.map(relativePath), pathOf),
    ...ignoreRule('paths', policy.ignoredPaths?.map(relativePath), pathOf),
  ];
}

/** The other rules, that of the severity first. */
export function countingRules(policy: GatePolicy, now: Date): readonly Rule[] {
  return [
    severityRule(policy),
    ...(policy.onlyFixed ? [fixRule] : []),
    ...(policy.minCvss === undefined ? [] : [scoreRule(policy.minCvss)]),
    ...(policy.vectors === undefined || policy.vectors.length === 0 ? [] : [vectorRule(policy.vectors)]),
    ...(policy.minEpss === undefined ? [] : [epssRule(policy.minEpss)]),
    ...(policy.grace === undefined ? [] : [graceRule(policy.grace, now)]),
    ...(policy.onlyNew === true ? [newRule] : []),
  ];
}

type TextOf = (candidate: Candidate) => string | undefined;

function onlyRule(what: string, patterns: readonly string[] | undefined, textOf: TextOf): Rule[] {
  if (patterns === undefined || patterns.length === 0) return [];
  const match = globMatcher(patterns);
  const list = patterns.join(', ');
  return [
    {
      words: `Only the ${what} ${list} count.`,
      exempts: (candidate) => {
        const text = textOf(candidate);
        return text === undefined || match(text) !== undefined ? undefined : `not one of the ${what} that count`;
      },
    },
  ];
}

function ignoreRule(what: string, patterns: readonly string[] | undefined, textOf: TextOf): Rule[] {
  if (patterns === undefined || patterns.length === 0) return [];
  const match = globMatcher(patterns);
  return [
    {
      words: `The ${what} ${patterns.join(', ')} do not count.`,
      exempts: (candidate) => {
        const text = textOf(candidate);
        const pattern = text === undefined ? undefined : match(text);
        return pattern === undefined ? undefined : `the policy ignores the ${what} ${pattern}`;
      },
    },
  ];
}

function severityRule(policy: GatePolicy): Rule {
  const { severityCutoff, max = {}, unratedCountsAs = unratedDefault } = policy;
  const named = ratedSeverities.filter((severity) => max[severity] !== undefined);
  const budgets = named.map((severity) => `${max[severity]} of ${severity.toLowerCase()} severity`);
  return {
    words: `${cutoffWords(severityCutoff)}${budgets.length > 0 ? `; ${budgets.join(' and ')} may be there` : ''}. What nobody has rated counts by its CVSS score, and as ${unratedCountsAs.toLowerCase()} without one.`,
    exempts: ({ found, countedAs }) => {
      if (reachesCutoff(countedAs, severityCutoff) || max[countedAs] !== undefined) return undefined;
      return `${severityWords(found, countedAs)} does not count`;
    },
  };
}

/** `high severity`, and how it came to that when nobody has rated it. */
export function severityWords({ severity }: FoundVulnerability, countedAs: RatedSeverity): string {
  return `${severity === 'Unknown' ? 'unrated, taken for ' : ''}${countedAs.toLowerCase()} severity`;
}

/** Why a vulnerability without a fix does not count where only those with one do. */
export const noFix = 'no fix yet';

const fixRule: Rule = {
  words: 'Only vulnerabilities that have a fix count.',
  // Some distributions say only that it is fixed, not in which version.
  exempts: ({ found }) => (found.fixVersion === undefined && found.status !== 'fixed' ? noFix : undefined),
};

function scoreRule(least: number): Rule {
  return {
    words: `Only a CVSS score of ${least} or more counts.`,
    // A score of 0 stands for none in most sources.
    exempts: ({ found: { cvssScore = 0 } }) =>
      cvssScore > 0 && cvssScore < least ? `its CVSS score ${cvssScore} is below ${least}` : undefined,
  };
}

function vectorRule(vectors: readonly string[]): Rule {
  const list = vectors.join(' or ');
  return {
    words: `Only a CVSS vector with ${list} counts.`,
    exempts: ({ found }) => (hasVector(found, vectors) ? undefined : `its CVSS vector has no ${list}`),
  };
}

function epssRule(least: number): Rule {
  return {
    words: `Only an EPSS score of ${least} or more counts.`,
    exempts: ({ found: { epss } }) =>
      epss !== undefined && epss < least ? `its EPSS score ${epss} is below ${least}` : undefined,
  };
}

function graceRule({ days, since }: NonNullable<GatePolicy['grace']>, now: Date): Rule {
  const verb = since === 'fix' ? 'fixed' : 'published';
  return {
    words: `What was ${verb} less than ${days} ${days === 1 ? 'day' : 'days'} ago does not count yet.`,
    exempts: ({ found }) => {
      const moment = Date.parse((since === 'fix' ? found.fixedAt : found.publishedAt) ?? '');
      const age = now.getTime() - moment;
      // A date that is more than a day ahead is wrong, and would put off the end of the grace for ever.
      if (Number.isNaN(moment) || age < -dayMilliseconds || age >= days * dayMilliseconds) return undefined;
      return `${verb} ${day(moment)}, counts from ${day(moment + days * dayMilliseconds)}`;
    },
  };
}

const newRule: Rule = {
  words: 'Only what the baseline does not have counts.',
  exempts: ({ isNew }) => (isNew === false ? 'the baseline has it, too' : undefined),
};

function day(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

function cutoffWords(cutoff: GatePolicy['severityCutoff']): string {
  if (cutoff === 'none') return 'No severity is refused by itself';
  return cutoff === 'critical' ? 'Critical severity is refused' : `Severity ${cutoff} and worse is refused`;
}
