import { compareLists, compareNumbers, compareTexts } from './compare-parts.ts';

/** The order of Semantic Versioning 2.0.0 (section 11), with as many numbers as there are, and a leading `v`, or `go` as Grype has it. */
export function compareSemantic(one: string, other: string): number {
  const [first, second] = [split(one), split(other)];
  return compareLists(first.numbers, second.numbers, '0', compareIdentifiers) || comparePre(first.pre, second.pre);
}

function split(version: string): { numbers: readonly string[]; pre: string } {
  // What follows a plus does not count: `+incompatible`, `+build.1`.
  const [core = ''] = version.replace(/^(?:v|go)(?=\d)/, '').split('+', 1);
  const dash = core.indexOf('-');
  return dash < 0
    ? { numbers: core.split('.'), pre: '' }
    : { numbers: core.slice(0, dash).split('.'), pre: core.slice(dash + 1) };
}

/** A version comes after its own candidates. */
function comparePre(one: string, other: string): number {
  if (one === '' || other === '') return Number(one === '') - Number(other === '');
  const [first, second] = [one.split('.'), other.split('.')];
  for (let place = 0; place < Math.min(first.length, second.length); place++) {
    const difference = compareIdentifiers(first[place] ?? '', second[place] ?? '');
    if (difference !== 0) return difference;
  }
  return first.length - second.length;
}

/** Numbers come before words. */
function compareIdentifiers(one: string, other: string): number {
  const [isNumber, isOtherNumber] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (isNumber && isOtherNumber) return compareNumbers(one, other);
  return Number(isOtherNumber) - Number(isNumber) || compareTexts(one, other);
}
