import { formatCount } from '@harbor-pilot/core';
import type { ReportedException } from '@harbor-pilot/step-kit';
import { fewOf } from '../few-of.ts';
import type { WeighedVulnerability } from '../policy/weigh.ts';

/** Most exceptions of a kind that are named one by one. */
const namedLimit = 5;

/** What is to be said about exceptions: those that have ended or will soon, and those of what attackers use. */
export function exceptionWarnings(
  reported: readonly ReportedException[],
  weighed: readonly WeighedVulnerability[],
): string[] {
  const exploited = weighed.filter(({ cause, found }) => cause === 'excepted' && found.isKnownExploited === true);
  return [
    ...some(reported, 'expired', (one) => `${nameOf(one)} ended on ${dayOf(one)}, and covers nothing any more.`),
    ...some(
      reported,
      'expiring',
      (one) => `${nameOf(one)} ends on ${dayOf(one)}; then the vulnerability counts again.`,
    ),
    ...(exploited.length > 0
      ? [`Known to be exploited, but covered by exceptions: ${fewOf(exploited.map(({ found }) => found.id))}.`]
      : []),
  ];
}

function some(
  all: readonly ReportedException[],
  state: ReportedException['state'],
  sentence: (one: ReportedException) => string,
): string[] {
  const those = all.filter((one) => one.state === state);
  const more = those.length - namedLimit;
  return [
    ...those.slice(0, namedLimit).map(sentence),
    ...(more > 0 ? [`The same holds for ${formatCount(more, 'more exception')}.`] : []),
  ];
}

/** `The exception of CVE-2026-1 for zlib (owner ann, in harbor-pilot.yml)`, as the beginning of a sentence. */
export function nameOf({ id, package: name, owner, from }: ReportedException): string {
  const who = owner === undefined ? '' : `owner ${owner}, `;
  return `The exception of ${id}${name === undefined ? '' : ` for ${name}`} (${who}in ${from})`;
}

/** `2027-01-31`. */
export function dayOf({ expiresAt }: ReportedException): string {
  return expiresAt?.slice(0, 10) ?? 'no day';
}
