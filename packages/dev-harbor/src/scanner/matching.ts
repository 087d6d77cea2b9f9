import { PilotError } from '@harbor-pilot/core';
import { compare, valid } from 'semver';
import type { RangeEvent } from './advisory.ts';
import type { AdvisoryLookup, Match } from './advisory-folder.ts';
import { compareApkVersions } from './apk-version.ts';
import { compareDpkgVersions } from './dpkg-version.ts';
import type { InstalledPackage } from './installed-package.ts';
import type { PackageList } from './inventory.ts';
import { type Severity, severities } from './severity.ts';

/** One vulnerability of one package of an image. */
export interface Vulnerability {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** The lowest version without it; empty when none is known. */
  readonly fixVersion: string;
  readonly severity: Severity;
  readonly match: Match;
  readonly ecosystem: string;
  /** The database or lock file that lists the package. */
  readonly path: string;
}

type Compare = (a: string, b: string) => number;

/** How versions of an ecosystem are ordered, by the part of its name before the colon. */
const comparers: Readonly<Record<string, Compare>> = {
  Debian: compareDpkgVersions,
  Ubuntu: compareDpkgVersions,
  Alpine: compareApkVersions,
  Wolfi: compareApkVersions,
  Chainguard: compareApkVersions,
  npm: (a, b) => compare(semantic(a), semantic(b)),
};

function semantic(version: string): string {
  const parsed = valid(version, { loose: true });
  if (parsed !== null) return parsed;
  throw new PilotError('SCAN_FAILED', `"${version}" in an advisory is not a semantic version`);
}

/** What of some packages is vulnerable, each vulnerability once per package and version, the worst first. */
export function findVulnerabilities(lists: readonly PackageList[], lookup: AdvisoryLookup): Vulnerability[] {
  const found = new Map<string, Vulnerability>();
  for (const { ecosystem, packages, path } of lists) {
    for (const installed of packages) {
      for (const match of lookup(ecosystem, installed.advisoryName)) {
        const fixVersion = assess(installed, match, ecosystem);
        if (fixVersion === undefined) continue;
        for (const id of match.advisory.reportedIds) {
          const { name, version } = installed;
          const { severity } = match.affected;
          const key = JSON.stringify([id, ecosystem, name, version]);
          const next = { id, name, version, fixVersion, severity, match, ecosystem, path };
          found.set(key, merge(found.get(key), next));
        }
      }
    }
  }
  const rank = ({ severity }: Vulnerability): number => severities.indexOf(severity);
  return [...found.values()].sort(
    (a, b) => rank(b) - rank(a) || a.id.localeCompare(b.id, 'en') || a.name.localeCompare(b.name, 'en'),
  );
}

/** Two advisories about the same: the graver one, with whatever fix is known. */
function merge(known: Vulnerability | undefined, next: Vulnerability): Vulnerability {
  if (known === undefined) return next;
  const [graver, other] =
    severities.indexOf(next.severity) > severities.indexOf(known.severity) ? [next, known] : [known, next];
  return { ...graver, fixVersion: graver.fixVersion || other.fixVersion };
}

/** The fixed version (empty when unknown) of an affected package; undefined when it is not affected. */
function assess(installed: InstalledPackage, { affected }: Match, ecosystem: string): string | undefined {
  const comparer = comparers[ecosystem.split(':')[0] ?? ''];
  if (comparer === undefined) throw new PilotError('INTERNAL', `versions of ${ecosystem} cannot be compared`);
  const version = installed.advisoryVersion;
  const isListed = affected.versions.includes(version);
  const ranges = affected.ranges.filter((events) => isListed || isInRange(version, events, comparer));
  if (!isListed && ranges.length === 0) return undefined;
  const fixes = ranges
    .flat()
    .filter((event) => event.type === 'fixed' && comparer(event.version, version) > 0)
    .map((event) => event.version);
  return fixes.sort(comparer)[0] ?? '';
}

/** The evaluation of the OSV schema ("Evaluation"): events in the order of versions, each may turn the state. */
function isInRange(version: string, events: readonly RangeEvent[], comparer: Compare): boolean {
  const order = (a: RangeEvent, b: RangeEvent): number => {
    if (a.version === '0' || b.version === '0') return Number(b.version === '0') - Number(a.version === '0');
    return comparer(a.version, b.version);
  };
  let affected = false;
  for (const { type, version: turn } of [...events].sort(order)) {
    if (type === 'introduced' && (turn === '0' || comparer(version, turn) >= 0)) affected = true;
    if (type === 'fixed' && comparer(version, turn) >= 0) affected = false;
    if (type === 'last_affected' && comparer(version, turn) > 0) affected = false;
  }
  return affected;
}
