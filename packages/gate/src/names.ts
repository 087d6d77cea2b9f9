import { noId } from '@harbor-pilot/harbor';
import type { FoundVulnerability } from '@harbor-pilot/step-kit';

/**
 * All names by which a vulnerability is the same. An advisory of a distribution (ALAS, ELSA) may be about several, which are
 * none of its names: what is said of one of them is not said of the others. One without an id is the same as no other.
 */
export function namesOf({ id, aliases }: Pick<FoundVulnerability, 'id' | 'aliases'>): readonly string[] {
  if (id === noId) return [];
  if (aliases === undefined) return [id];
  const names = [id, ...aliases];
  const cves = new Set(names.map((name) => name.toUpperCase()).filter((name) => name.startsWith('CVE-')));
  return cves.size > 1 ? [id] : names;
}
