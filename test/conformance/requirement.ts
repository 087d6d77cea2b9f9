import type { TestedRegistry } from './tested-registry.ts';

/** Shows that a registry answers as a sentence says; throws when it does not. */
export type Check = (registry: TestedRegistry) => Promise<void>;

/** Something that the OCI distribution spec 1.1.1 asks of a registry. */
export interface Requirement {
  /** Our own number; it stays when others are added. */
  readonly id: string;
  readonly level: 'MUST' | 'SHOULD' | 'MAY';
  /** Heading of spec.md under which it stands. */
  readonly section: string;
  readonly says: string;
  readonly holds: Check;
  /** What Harbor 2.15 does instead, which is then what has to hold at a Harbor. */
  readonly harborDeviates?: { readonly says: string; readonly holds: Check };
}

/** The name of a requirement's test: `PULL-1 MUST (Pulling manifests) …`. */
export function titleOf({ id, level, section, says, harborDeviates }: Requirement): string {
  const deviation = harborDeviates === undefined ? '' : `; the real Harbor deviates: ${harborDeviates.says}`;
  return `${id} ${level} (${section}) ${says}${deviation}`;
}

/** Checks a registry against a requirement, a Harbor against what the real one does. */
export async function check({ holds, harborDeviates }: Requirement, registry: TestedRegistry): Promise<void> {
  await (registry.isHarbor ? (harborDeviates?.holds ?? holds) : holds)(registry);
}
