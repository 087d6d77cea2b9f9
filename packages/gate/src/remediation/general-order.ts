import { compareNumbers, compareTexts } from './compare-parts.ts';

/** Words for what comes before a release, in their order (Maven's ComparableVersion, and what others use). */
const before = ['dev', 'snapshot', 'alpha', 'a', 'beta', 'b', 'milestone', 'm', 'pre', 'preview', 'rc', 'cr'];
/** Words that say no more than no word. */
const released = new Set(['final', 'ga', 'release']);

/**
 * An order for versions of packages of which the kind is not known, and of Maven and RubyGems: numbers as numbers, words
 * of a release to come before it, other words after it, `~` before all, an epoch first.
 */
export function compareGeneral(one: string, other: string): number {
  const [left, right] = [parts(one), parts(other)];
  for (let place = 0; place < Math.max(left.length, right.length); place++) {
    const difference = comparePart(left[place], right[place]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function parts(version: string): readonly string[] {
  const [, epoch = '0', rest = ''] = /^v?(?:(\d+)[:!])?(.*)$/s.exec(version.toLowerCase()) ?? [];
  const found = [epoch, ...(rest.match(/\d+|[a-z]+|~/g) ?? [])].filter((part) => !released.has(part));
  while (found.length > 1 && /^0+$/.test(found.at(-1) ?? '')) found.pop();
  return found;
}

function comparePart(one: string | undefined, other: string | undefined): number {
  const difference = rank(one) - rank(other);
  if (difference !== 0 || one === undefined || other === undefined) return difference;
  return /^\d/.test(one) ? compareNumbers(one, other) : compareTexts(one, other);
}

/** The end stands between what comes before a release and what comes after it; numbers come last, but 0 is no more than the end. */
function rank(part: string | undefined): number {
  if (part === '~') return -1;
  if (part === undefined || /^0+$/.test(part)) return before.length;
  const place = before.indexOf(part);
  if (place >= 0) return place;
  return before.length + (/^\d/.test(part) ? 2 : 1);
}
