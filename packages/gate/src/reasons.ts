import { formatCount, formatNumber } from '@harbor-pilot/core';
import { type RatedSeverity, ratedSeverities } from '@harbor-pilot/step-kit';
import { type GatePolicy, unratedDefault } from './policy/policy.ts';
import { noFix } from './policy/rules.ts';
import { isSevere, type WeighedVulnerability } from './policy/weigh.ts';

/** Most vulnerabilities that are named one by one. */
const namedLimit = 5;

/** Why a verdict is what it is, in sentences that a person can read without knowing the policy. Expects the worst first. */
export function explain(
  weighed: readonly WeighedVulnerability[],
  policy: GatePolicy,
  platforms: readonly string[],
): string[] {
  const refused = weighed.filter(({ outcome }) => outcome === 'refused');
  return [
    ...(refused.length > 0 ? refusals(refused, policy) : [pass(weighed, policy, platforms)]),
    ...refused.slice(0, namedLimit).map((vulnerability) => describe(vulnerability, platforms)),
    ...(refused.length > namedLimit ? [`And ${formatNumber(refused.length - namedLimit)} more that count.`] : []),
    ...remarks(weighed, policy),
  ];
}

function refusals(refused: readonly WeighedVulnerability[], policy: GatePolicy): string[] {
  const fixable = policy.onlyFixed ? ' with a fix' : '';
  const caused = (cause: WeighedVulnerability['cause']): readonly WeighedVulnerability[] =>
    refused.filter((one) => one.cause === cause);
  const [exploited, overBudget, beyondCutoff] = [caused('exploited'), caused('over-budget'), caused('cutoff')];
  return [
    ...(exploited.length > 0
      ? [`${plural(exploited.length)} ${are(exploited.length)} known to be exploited; the policy allows none.`]
      : []),
    ...(beyondCutoff.length > 0
      ? [
          `${plural(beyondCutoff.length)}${fixable} ${are(beyondCutoff.length)} ${cutoffPhrase(policy)}; the policy allows none.`,
        ]
      : []),
    ...countEach(overBudget).map(
      ([severity, count]) =>
        `${plural(count)}${fixable} ${are(count)} of ${severity.toLowerCase()} severity; the policy allows ${policy.max?.[severity] || 'none'}.`,
    ),
  ];
}

function pass(weighed: readonly WeighedVulnerability[], policy: GatePolicy, platforms: readonly string[]): string {
  const where = platforms.length > 1 ? ` on ${platforms.length} platforms` : '';
  if (weighed.length === 0) return `The scanner found no vulnerabilities${where}.`;
  const found = `The scanner found ${plural(weighed.length)}${where}`;
  if (policy.severityCutoff === 'none' && policy.max === undefined)
    return `${found}; the policy has no cutoff, so none counts.`;
  if (policy.max !== undefined || weighed.some((one) => isSevere(one, policy) && !lacksFix(one)))
    return `${found}, ${weighed.length === 1 ? 'which does not count' : 'none of which counts'}.`;
  return `${found}, ${weighed.length === 1 ? 'not' : 'none of them'} ${cutoffPhrase(policy)}${policy.onlyFixed ? ' with a fix' : ''}.`;
}

function describe({ found, countedAs }: WeighedVulnerability, platforms: readonly string[]): string {
  const severity = found.severity === 'Unknown' ? `unrated, counts as ${countedAs}` : found.severity;
  const unnamed = found.status === 'fixed' ? 'fixed' : 'no fix yet';
  const fix = found.fixVersion === undefined ? unnamed : `fixed in ${found.fixVersion}`;
  const where = platforms.length > 1 ? `, on ${found.platforms.join(', ')}` : '';
  return `${found.id} in ${found.package} ${found.version} (${severity.toLowerCase()}): ${fix}${where}.`;
}

function remarks(weighed: readonly WeighedVulnerability[], policy: GatePolicy): string[] {
  const unrated = weighed.filter(({ found }) => found.severity === 'Unknown').length;
  const excepted = weighed.filter(({ cause }) => cause === 'excepted').length;
  const exempt = weighed.filter((one) => one.cause === 'exempt' && isSevere(one, policy));
  const unfixed = exempt.filter(lacksFix).length;
  const others = exempt.length - unfixed;
  return [
    ...countEach(weighed.filter(({ cause }) => cause === 'in-budget')).map(
      ([severity, count]) =>
        `${plural(count)} ${are(count)} of ${severity.toLowerCase()} severity; the policy allows ${policy.max?.[severity]}.`,
    ),
    ...(excepted > 0
      ? [`${plural(excepted)} did not count because of ${excepted === 1 ? 'an exception' : 'exceptions'}.`]
      : []),
    ...(unfixed > 0
      ? [
          `${plural(unfixed)} ${severePhrase(policy)} ${unfixed === 1 ? 'has' : 'have'} no fix yet and so did not count.`,
        ]
      : []),
    ...(others > 0 ? [`${plural(others)} ${severePhrase(policy)} did not count by other rules of the policy.`] : []),
    ...(unrated > 0 && (policy.severityCutoff !== 'none' || policy.max !== undefined)
      ? [
          `${plural(unrated)} ${are(unrated)} not rated by the scanner and counted by CVSS score, or as ${(policy.unratedCountsAs ?? unratedDefault).toLowerCase()} without one.`,
        ]
      : []),
  ];
}

/** Whether it is the missing fix that keeps a vulnerability from counting. */
function lacksFix({ because }: WeighedVulnerability): boolean {
  return because === noFix;
}

function countEach(weighed: readonly WeighedVulnerability[]): [RatedSeverity, number][] {
  return ratedSeverities
    .map((severity): [RatedSeverity, number] => [
      severity,
      weighed.filter(({ countedAs }) => countedAs === severity).length,
    ])
    .filter(([, count]) => count > 0);
}

function severePhrase(policy: GatePolicy): string {
  return policy.max === undefined ? cutoffPhrase(policy) : 'of a severity that counts';
}

function cutoffPhrase({ severityCutoff }: GatePolicy): string {
  return severityCutoff === 'critical' ? 'of critical severity' : `of ${severityCutoff} severity or worse`;
}

function plural(count: number): string {
  return formatCount(count, 'vulnerability', 'vulnerabilities');
}

function are(count: number): string {
  return count === 1 ? 'is' : 'are';
}
