import type { ExaminedCheck } from '@harbor-pilot/step-kit';
import { first, plain } from './plain.ts';

const marks: Readonly<Record<ExaminedCheck['status'], string>> = { ok: '✓', warning: '!', failed: '✗', skipped: '-' };
const factLimit = 12;

/** One check as lines for a terminal or a log: what was seen, further facts, and what to do. */
export function renderCheckText({ status, title, seen, facts = [], advice }: ExaminedCheck): readonly string[] {
  const { shown, more } = first(facts, factLimit);
  return [
    `${marks[status]} ${plain(title)}: ${plain(seen)}`,
    ...shown.map((fact) => `    ${plain(fact)}`),
    ...(more > 0 ? [`    and ${more} more`] : []),
    ...(advice === undefined || status === 'ok' ? [] : [`    → ${plain(advice)}`]),
  ];
}
