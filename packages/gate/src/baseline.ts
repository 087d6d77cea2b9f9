import type { FoundVulnerability } from '@harbor-pilot/step-kit';
import { namesOf } from './names.ts';

/** What an image is compared with: the release before, the digest that is deployed, the base image. */
export interface Baseline {
  /** `v1.2.0`, for reports. */
  readonly name: string;
  readonly vulnerabilities: readonly Pick<FoundVulnerability, 'id' | 'aliases' | 'package'>[];
}

/** What the comparison says. */
export interface Comparison {
  readonly isNew: (found: Pick<FoundVulnerability, 'id' | 'aliases' | 'package'>) => boolean;
  /** How many pairs of id and package only the image has. */
  readonly added: number;
  /** How many only the baseline has. */
  readonly removed: number;
}

/**
 * Compares two images. The same vulnerability in the same package is the same, whatever the version, the platform and the
 * path: an upgrade that does not remove it brings nothing new. One that has several names is the same by any of them.
 */
export function compare(vulnerabilities: readonly FoundVulnerability[], baseline: Baseline): Comparison {
  const before = idsByPackage(baseline.vulnerabilities);
  const now = idsByPackage(vulnerabilities);
  return {
    isNew: (found) => !isIn(before, found),
    added: countMissing(vulnerabilities, before),
    removed: countMissing(baseline.vulnerabilities, now),
  };
}

/** What two images are compared by. */
export type Identified = Baseline['vulnerabilities'][number];
type IdsByPackage = ReadonlyMap<string, ReadonlySet<string>>;

/** All names of vulnerabilities, by the package that they are in. */
export function idsByPackage(vulnerabilities: readonly Identified[]): IdsByPackage {
  const packages = new Map<string, Set<string>>();
  for (const one of vulnerabilities) {
    const { package: name } = one;
    let ids = packages.get(name);
    if (ids === undefined) {
      ids = new Set();
      packages.set(name, ids);
    }
    for (const id of namesOf(one)) ids.add(id);
  }
  return packages;
}

/** Whether a vulnerability, by any of its names, is among those of an image. */
export function isIn(packages: IdsByPackage, one: Identified): boolean {
  const ids = packages.get(one.package);
  return ids !== undefined && namesOf(one).some((id) => ids.has(id));
}

function countMissing(vulnerabilities: readonly Identified[], packages: IdsByPackage): number {
  const missing = vulnerabilities.filter((one) => !isIn(packages, one));
  return new Set(missing.map(({ id, package: name }) => `${id}\0${name}`)).size;
}
