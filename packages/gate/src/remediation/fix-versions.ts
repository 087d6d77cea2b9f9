import type { Order } from './compare-parts.ts';

/** No package has so many branches. */
const partLimit = 50;

/**
 * The fixed versions that a scanner names, lowest first: `6.0.3.1, 5.2.4.3` names two, for two branches, and
 * `>= 3.1.0, >= 2.1.3, < 3.0.0` those that these branches begin with.
 */
export function fixVersionsOf(text: string, order: Order): readonly string[] {
  const named = text.split(/,|\|\|/, partLimit).flatMap((part) => {
    const [, sign = '', version = ''] = /^(>=|<=|~>|==|!=|[<>^~=]?)\s*(.*)$/s.exec(part.trim()) ?? [];
    return version === '' || sign.startsWith('<') || sign === '!=' ? [] : [version];
  });
  return [...new Set(named)].sort(order);
}

/**
 * Whether a version is fixed, given the fixed versions of all branches, lowest first. A version belongs to the branch with
 * which it shares most leading numbers, and in doubt to the highest: 2.0.0 is above 1.5.3 and not fixed when the fixes are
 * 1.5.3 and 2.0.1.
 */
export function isFixedIn(version: string, fixes: readonly string[], order: Order): boolean {
  const last = fixes.at(-1);
  if (last === undefined) return false;
  if (order(version, last) >= 0) return true;
  const shared = fixes.map((fix) => sharedNumbers(version, fix));
  const branch = fixes[shared.lastIndexOf(Math.max(...shared))];
  return branch !== undefined && order(version, branch) >= 0;
}

function sharedNumbers(one: string, other: string): number {
  const [left, right] = [one.split(/[.:+~_-]/), other.split(/[.:+~_-]/)];
  const end = left.findIndex((part, place) => part !== right[place]);
  return end < 0 ? left.length : end;
}

/** After so many steps up the highest fix is taken, which is in all branches. */
const stepLimit = 5;

/**
 * The lowest version above the present one in which all are fixed.
 * @param fixes of each vulnerability, lowest first; each has one above the present version.
 */
export function lowestFixing(current: string, fixes: readonly (readonly string[])[], order: Order): string {
  const above = (version: string, ones: readonly string[]): string =>
    ones.find((fix) => order(fix, version) > 0) ?? version;
  let target = current;
  for (let step = 0; step < stepLimit; step++) {
    const next = highest(
      fixes.map((ones) => (isFixedIn(target, ones, order) && target !== current ? target : above(target, ones))),
      order,
    );
    if (next === target) return target;
    target = next;
  }
  return highest(
    fixes.map((ones) => ones.at(-1) ?? current),
    order,
  );
}

function highest(versions: readonly string[], order: Order): string {
  return versions.reduce((one, other) => (order(other, one) > 0 ? other : one));
}
