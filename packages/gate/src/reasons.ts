import { reachesCutoff } from './severity.ts';
import { type GatePolicy, unratedDefault, type WeighedVulnerability } from './weigh.ts';

/** Most vulnerabilities that are named one by one. */
const namedLimit = 5;

/** Why a verdict is what it is, in sentences that a person can read without knowing the policy. Expects the worst first. */
export function explain(
  weighed: readonly WeighedVulnerability[],
  policy: GatePolicy,
  platforms: readonly string[],
): string[] {
  const refused = weighed.filter((vulnerability) => vulnerability.refused);
  return [
    refused.length > 0 ? refusal(refused, policy) : pass(weighed, policy, platforms),
    ...refused.slice(0, namedLimit).map((vulnerability) => describe(vulnerability, platforms)),
    ...(refused.length > namedLimit ? [`And ${refused.length - namedLimit} more that count.`] : []),
    ...remarks(weighed, policy),
  ];
}

function refusal(refused: readonly WeighedVulnerability[], policy: GatePolicy): string {
  const fixable = policy.onlyFixed ? ' with a fix' : '';
  return `${plural(refused.length)}${fixable} ${refused.length === 1 ? 'is' : 'are'} ${cutoffPhrase(policy)}; the policy allows none.`;
}

function pass(weighed: readonly WeighedVulnerability[], policy: GatePolicy, platforms: readonly string[]): string {
  const where = platforms.length > 1 ? ` on ${platforms.length} platforms` : '';
  if (weighed.length === 0) return `The scanner found no vulnerabilities${where}.`;
  const found = `The scanner found ${plural(weighed.length)}${where}`;
  if (policy.severityCutoff === 'none') return `${found}; the policy has no cutoff, so none counts.`;
  return `${found}, ${weighed.length === 1 ? 'not' : 'none of them'} ${cutoffPhrase(policy)}${policy.onlyFixed ? ' with a fix' : ''}.`;
}

function describe({ found, counted }: WeighedVulnerability, platforms: readonly string[]): string {
  const severity = found.severity === 'Unknown' ? `unrated, counts as ${counted}` : found.severity;
  const fix = found.fixVersion === undefined ? 'no fix yet' : `fixed in ${found.fixVersion}`;
  const where = platforms.length > 1 ? `, on ${found.platforms.join(', ')}` : '';
  return `${found.id} in ${found.package} ${found.version} (${severity.toLowerCase()}): ${fix}${where}.`;
}

function remarks(weighed: readonly WeighedVulnerability[], policy: GatePolicy): string[] {
  const unrated = weighed.filter(({ found }) => found.severity === 'Unknown').length;
  const exempt = weighed.filter(
    ({ counted, refused }) => !refused && policy.onlyFixed && reachesCutoff(counted, policy.severityCutoff),
  ).length;
  return [
    ...(exempt > 0
      ? [`${plural(exempt)} ${cutoffPhrase(policy)} ${exempt === 1 ? 'has' : 'have'} no fix yet and so did not count.`]
      : []),
    ...(unrated > 0 && policy.severityCutoff !== 'none'
      ? [
          `${plural(unrated)} ${unrated === 1 ? 'is' : 'are'} not rated by the scanner and counted by CVSS score, or as ${(policy.unratedCountsAs ?? unratedDefault).toLowerCase()} without one.`,
        ]
      : []),
  ];
}

function cutoffPhrase({ severityCutoff }: GatePolicy): string {
  return severityCutoff === 'critical' ? 'of critical severity' : `of ${severityCutoff} severity or worse`;
}

function plural(count: number): string {
  return count === 1 ? '1 vulnerability' : `${count} vulnerabilities`;
}
