import { formatCount } from '@harbor-pilot/core';
import type { FoundVulnerability } from '@harbor-pilot/step-kit';
import type { JudgeRequest } from './judge.ts';

/** What the rules of a policy go by and is not there, in sentences: all count then. */
export function missingData(request: JudgeRequest): readonly string[] {
  const { policy, threats, vulnerabilities } = request;
  const { onlyPaths = [], ignoredPaths = [], vectors = [], grace } = policy;
  const isUnknown = (key: keyof FoundVulnerability): boolean => vulnerabilities.every((one) => one[key] === undefined);
  const isUntold = (key: keyof FoundVulnerability): boolean => vulnerabilities.length > 0 && isUnknown(key);
  const sentences: readonly (readonly [boolean, string])[] = [
    [
      policy.onlyFixed && request.lacksFixes === true && vulnerabilities.length > 0,
      'The report does not tell which vulnerabilities have a fix: all count as if they had one.',
    ],
    [
      policy.minCvss !== undefined && isUntold('cvssScore'),
      'The scanner tells no CVSS scores: no vulnerability is taken for less severe.',
    ],
    [
      vectors.length > 0 && isUntold('cvssVector'),
      'The scanner tells no CVSS vectors: all vulnerabilities are taken for those of the policy.',
    ],
    [
      onlyPaths.length + ignoredPaths.length > 0 && isUntold('path'),
      'The scanner does not tell where in the image it has found what: the rules about paths exempt nothing.',
    ],
    [
      policy.minEpss !== undefined && threats?.epss === undefined && isUnknown('epss'),
      'There are no EPSS scores: no vulnerability is taken for unlikely to be exploited.',
    ],
    [
      policy.knownExploited === true && threats?.knownExploited === undefined && isUnknown('isKnownExploited'),
      'There is no catalogue of known exploited vulnerabilities: none is known to be exploited.',
    ],
    [
      grace !== undefined && isUntold(grace.since === 'fix' ? 'fixedAt' : 'publishedAt'),
      `The scanner does not tell when ${formatCount(vulnerabilities.length, 'vulnerability was', 'vulnerabilities were')} ${grace?.since === 'fix' ? 'fixed' : 'published'}: none has days of grace.`,
    ],
  ];
  return [...missingBaseline(request), ...sentences.flatMap(([isMissing, sentence]) => (isMissing ? [sentence] : []))];
}

function missingBaseline({ policy, baseline, noBaseline }: JudgeRequest): readonly string[] {
  if (policy.onlyNew !== true || baseline !== undefined) return noBaseline === undefined ? [] : [noBaseline];
  return [`${noBaseline ?? 'There is no baseline to compare with.'} All vulnerabilities count as new.`];
}
