import { type Cvss, vectorsOf } from '../cvss.ts';
import { unusable } from '../exceptions/fields.ts';
import type { Located } from '../exceptions/located.ts';

/** Values of the base metrics of CVSS v3.1 (section 7) and v4.0 (section 7), which is what a condition may ask for. */
const metrics: Readonly<Record<string, string>> = {
  AV: 'NALP',
  AC: 'LH',
  AT: 'NP',
  PR: 'NLH',
  UI: 'NRPA',
  S: 'UC',
  C: 'HLN',
  I: 'HLN',
  A: 'HLN',
  VC: 'HLN',
  VI: 'HLN',
  VA: 'HLN',
  SC: 'HLN',
  SI: 'HLN',
  SA: 'HLN',
};

/**
 * Reads conditions such as `AV:N/PR:N`: a list, or a single one.
 * @throws PilotError of the file's code, with the line.
 */
export function parseVectors(located: Located): readonly string[] {
  const isList = Array.isArray(located.value);
  return [located.value].flat().map((vector, index) => {
    const path = isList ? [index] : [];
    if (typeof vector !== 'string') throw unusable(located, path, 'it is not text', 'Write metrics such as AV:N.');
    const problem = vectorProblem(vector.trim());
    if (problem === undefined) return vector.trim();
    throw unusable(
      located,
      path,
      `"${vector}" is no CVSS vector`,
      `Write metrics such as AV:N or AV:N/PR:N: ${problem}.`,
    );
  });
}

/** What is wrong with a condition, or undefined when nothing is. */
function vectorProblem(condition: string): string | undefined {
  const asked = new Set<string>();
  for (const part of condition.split('/')) {
    const [name = '', value = ''] = part.split(':');
    const values = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
    if (values === undefined) return `"${part}" is no metric of CVSS; those are ${Object.keys(metrics).join(', ')}`;
    if (value.length !== 1 || !values.includes(value)) return `${name} is one of ${[...values].join(', ')}`;
    if (asked.has(name)) return `a vector has one ${name}; write those of which one is enough as a list`;
    asked.add(name);
  }
  return undefined;
}

/**
 * Whether one of the vectors that sources give has all metrics of one of the conditions: they do not agree, and the worse
 * word counts. Where the highest score has no vector, it may be any.
 */
export function hasVector(cvss: Cvss, conditions: readonly string[]): boolean {
  return cvss.cvssVector === undefined || vectorsOf(cvss).some((vector) => meetsOne(vector, conditions));
}

/** A metric that a vector does not name may be anything. */
function meetsOne(vector: string, conditions: readonly string[]): boolean {
  const values = new Map(vector.split('/').map((part) => part.split(':', 2) as [string, string]));
  return conditions.some((condition) =>
    condition.split('/').every((part) => {
      const [name = '', value] = part.split(':');
      const own = values.get(name);
      return own === undefined || own === value;
    }),
  );
}
