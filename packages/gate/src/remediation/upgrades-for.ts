import type { JudgedVulnerability, Upgrade } from '@harbor-pilot/step-kit';
import { compareTexts } from './compare-parts.ts';
import { fixVersionsOf, lowestFixing } from './fix-versions.ts';
import { orderOf } from './version-order.ts';

/** The vulnerabilities of one version of one package, by what their source says of fixed versions. */
type ByFix = Map<string, JudgedVulnerability[]>;

/**
 * What to upgrade, the upgrade that removes most refused vulnerabilities first: each version of a package once, to the
 * lowest version in which all of its vulnerabilities are fixed that have a fix at all. A fix that is only in branches below
 * the present version is no upgrade.
 * @param baseLayers digests of the layers of the base image, compressed and not, where they are known.
 */
export function upgradesFor(
  vulnerabilities: readonly JudgedVulnerability[],
  baseLayers: ReadonlySet<string> = new Set(),
): Upgrade[] {
  const groups = new Map<string, ByFix>();
  for (const found of vulnerabilities) {
    if (found.fixVersion === undefined) continue;
    const key = `${found.packageType}\0${found.package}\0${found.version}`;
    const byFix = groups.get(key) ?? new Map();
    groups.set(key, byFix);
    const same = byFix.get(found.fixVersion);
    if (same === undefined) byFix.set(found.fixVersion, [found]);
    else same.push(found);
  }
  return [...groups.values()].flatMap((byFix) => upgradeOf(byFix, baseLayers)).sort(mostFirst);
}

function upgradeOf(byFix: ByFix, baseLayers: ReadonlySet<string>): Upgrade[] {
  const [[one] = []] = byFix.values();
  if (one === undefined) return [];
  const order = orderOf(one);
  const ways = [...byFix]
    .map(([text, found]) => ({ fixes: fixVersionsOf(text, order), found }))
    .filter(({ fixes }) => fixes.some((fix) => order(fix, one.version) > 0));
  if (ways.length === 0) return [];
  const found = ways.flatMap((way) => way.found);
  const isFromBase = whetherAll(found, baseLayers);
  const to = lowestFixing(
    one.version,
    ways.map(({ fixes }) => fixes),
    order,
  );
  return [
    {
      package: one.package,
      from: one.version,
      to,
      removes: [...new Set(found.map(({ id }) => id))].sort(compareTexts),
      refused: new Set(found.filter(({ outcome }) => outcome === 'refused').map(({ id }) => id)).size,
      ...(isFromBase === undefined ? {} : { isFromBase }),
    },
  ];
}

/** Undefined where the layers do not tell, or tell both. */
function whetherAll(found: readonly JudgedVulnerability[], baseLayers: ReadonlySet<string>): boolean | undefined {
  if (baseLayers.size === 0) return undefined;
  const answers = new Set(found.map(({ layer }) => (layer === undefined ? undefined : baseLayers.has(layer))));
  return answers.size === 1 ? [...answers][0] : undefined;
}

function mostFirst(one: Upgrade, other: Upgrade): number {
  return (
    other.refused - one.refused ||
    other.removes.length - one.removes.length ||
    compareTexts(one.package, other.package) ||
    compareTexts(one.from, other.from)
  );
}
