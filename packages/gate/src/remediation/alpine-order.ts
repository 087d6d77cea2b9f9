import { compareLists, compareNumbers, compareTexts } from './compare-parts.ts';
import { compareGeneral } from './general-order.ts';

/** Suffixes in their order; a version without one stands between `rc` and `cvs`. */
const suffixes = ['alpha', 'beta', 'pre', 'rc', '', 'cvs', 'svn', 'git', 'hg', 'p'];

/** The order of versions of Alpine packages (apk-package(5) of apk-tools 3): `1.2.3a_rc1_p2-r3`. Others have a general one. */
export function compareAlpine(one: string, other: string): number {
  const [first, second] = [split(one), split(other)];
  if (first === undefined || second === undefined) return compareGeneral(one, other);
  return (
    compareLists(first.numbers, second.numbers, '', compareDigits) ||
    compareTexts(first.letter, second.letter) ||
    compareLists(first.suffixes, second.suffixes, '', compareSuffixes) ||
    compareNumbers(first.revision, second.revision)
  );
}

function split(version: string) {
  const match = /^v?(\d+(?:\.\d+)*)([a-z]?)((?:_[a-z]+\d*)*)(?:~[0-9a-f]+)?(?:-r(\d+))?$/.exec(version);
  if (match === null) return undefined;
  const [, numbers = '', letter = '', tail = '', revision = '0'] = match;
  return { numbers: numbers.split('.'), letter, suffixes: tail.split('_').slice(1), revision };
}

/** More parts are more; a part with a leading zero is a fraction. */
function compareDigits(one: string, other: string): number {
  if (one === '' || other === '') return one.length - other.length;
  const isFraction = (one.startsWith('0') && one !== '0') || (other.startsWith('0') && other !== '0');
  return isFraction ? compareTexts(one, other) : compareNumbers(one, other);
}

function compareSuffixes(one: string, other: string): number {
  const place = (suffix: string): number => suffixes.indexOf(suffix.replace(/\d+$/, ''));
  const digits = (suffix: string): string => /\d*$/.exec(suffix)?.[0] ?? '';
  return place(one) - place(other) || compareNumbers(digits(one), digits(other));
}
