import type { JudgedVulnerability } from '@harbor-pilot/step-kit';
import { allSeverities } from './gate-tally.ts';

/** The vulnerabilities that have something in common. */
export interface GateGroup {
  readonly name: string;
  readonly all: number;
  readonly refused: number;
  readonly fixable: number;
  /** Of each of {@link allSeverities}. */
  readonly counts: readonly number[];
}

/**
 * All vulnerabilities by what a function says of them, the group first that has most refused ones, then the one with the
 * worst. Those of which it says nothing are in no group.
 */
export function groupsOf(
  vulnerabilities: readonly JudgedVulnerability[],
  nameOf: (found: JudgedVulnerability) => string | undefined,
): readonly GateGroup[] {
  const groups = new Map<string, { name: string; all: number; refused: number; fixable: number; counts: number[] }>();
  for (const found of vulnerabilities) {
    const name = nameOf(found);
    if (name === undefined || name === '') continue;
    const group = groups.get(name) ?? { name, all: 0, refused: 0, fixable: 0, counts: allSeverities.map(() => 0) };
    groups.set(name, group);
    const rank = allSeverities.indexOf(found.severity);
    group.all += 1;
    group.counts[rank] = (group.counts[rank] ?? 0) + 1;
    if (found.outcome === 'refused') group.refused += 1;
    if (found.fixVersion !== undefined) group.fixable += 1;
  }
  return [...groups.values()].sort(worstFirst);
}

function worstFirst(one: GateGroup, other: GateGroup): number {
  if (one.refused !== other.refused) return other.refused - one.refused;
  const rank = one.counts.findIndex((count, place) => count !== other.counts[place]);
  return (other.counts[rank] ?? 0) - (one.counts[rank] ?? 0);
}
