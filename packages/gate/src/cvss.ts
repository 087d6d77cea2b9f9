import type { FoundVulnerability } from '@harbor-pilot/step-kit';
import { known } from './known.ts';
import { scoreOf, textOf } from './sources/fields.ts';

/** What is known of the CVSS of a vulnerability, versions 3 and 4. */
export type Cvss = Pick<FoundVulnerability, 'cvssScore' | 'cvssVector' | 'otherVectors'>;

/** What one source says, as it stands in a report. */
export interface Scored {
  readonly score: unknown;
  readonly vector: unknown;
}

/** Of the scores of several sources the highest, with its vector; and the vectors of the others. */
export function worstCvss(scores: readonly Scored[]): Cvss {
  let worst: Cvss = {};
  for (const { score, vector } of scores) {
    const [cvssScore, cvssVector] = [scoreOf(score), textOf(vector)];
    if (cvssScore === undefined) continue;
    worst = worseCvss(worst, cvssVector === undefined ? { cvssScore } : { cvssScore, cvssVector });
  }
  return worst;
}

/** The higher score of two with its vector, in doubt that of the first, and all other vectors. */
export function worseCvss(one: Cvss, other: Cvss): Cvss {
  const { cvssScore, cvssVector } = (other.cvssScore ?? 0) > (one.cvssScore ?? 0) ? other : one;
  const others = new Set([...vectorsOf(one), ...vectorsOf(other)]);
  if (cvssVector !== undefined) others.delete(cvssVector);
  return known({ cvssScore, cvssVector, otherVectors: others.size === 0 ? undefined : [...others] });
}

/** All vectors that sources give. */
export function vectorsOf({ cvssVector, otherVectors = [] }: Cvss): readonly string[] {
  return cvssVector === undefined ? otherVectors : [cvssVector, ...otherVectors];
}
