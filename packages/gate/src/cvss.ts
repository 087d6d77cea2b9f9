import type { FoundVulnerability } from '@harbor-pilot/step-kit';
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
  let [highest, worst]: [number, Scored | undefined] = [0, undefined];
  for (const one of scores) {
    const score = scoreOf(one.score) ?? 0;
    if (score > highest) [highest, worst] = [score, one];
  }
  if (worst === undefined) return {};
  const vectors: string[] = [];
  for (const { score, vector } of scores) {
    const text = vector === worst.vector || scoreOf(score) === undefined ? undefined : textOf(vector);
    if (text !== undefined) vectors.push(text);
  }
  return cvssOf(highest, textOf(worst.vector), vectors);
}

/** The higher score of two with its vector, in doubt that of the first, and all other vectors. */
export function worseCvss(one: Cvss, other: Cvss): Cvss {
  const isOther = (other.cvssScore ?? 0) > (one.cvssScore ?? 0);
  const { cvssScore, cvssVector } = isOther ? other : one;
  return cvssOf(cvssScore, cvssVector, [...vectorsOf(one), ...vectorsOf(other)]);
}

/** Reports have 100,000 of them: objects are filled, not copied. */
function cvssOf(cvssScore: number | undefined, cvssVector: string | undefined, vectors: readonly string[]): Cvss {
  const cvss: { -readonly [Key in keyof Cvss]: Cvss[Key] } = {};
  if (cvssScore !== undefined) cvss.cvssScore = cvssScore;
  if (cvssVector !== undefined) cvss.cvssVector = cvssVector;
  const others = vectors.filter((vector) => vector !== cvssVector);
  if (others.length > 0) cvss.otherVectors = others.length === 1 ? others : [...new Set(others)];
  return cvss;
}

/** All vectors that sources give. */
export function vectorsOf({ cvssVector, otherVectors = [] }: Cvss): readonly string[] {
  return cvssVector === undefined ? otherVectors : [cvssVector, ...otherVectors];
}
