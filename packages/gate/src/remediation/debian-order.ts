import { compareNumbers } from './compare-parts.ts';

/** The order of versions of Debian packages (Debian Policy 4.7, section 5.6.12): `[epoch:]upstream[-revision]`. */
export function compareDebian(one: string, other: string): number {
  const [first, second] = [split(one), split(other)];
  return (
    compareNumbers(first.epoch, second.epoch) ||
    compareText(first.upstream, second.upstream) ||
    compareText(first.revision, second.revision)
  );
}

function split(version: string): { epoch: string; upstream: string; revision: string } {
  const [, epoch = '0', rest = ''] = /^(?:(\d+):)?(.*)$/s.exec(version) ?? [];
  const dash = rest.lastIndexOf('-');
  return dash < 0
    ? { epoch, upstream: rest, revision: '0' }
    : { epoch, upstream: rest.slice(0, dash), revision: rest.slice(dash + 1) };
}

/** Parts without digits and numbers by turns, beginning with one without digits. */
function compareText(one: string, other: string): number {
  let [left, right] = [one, other];
  while (left !== '' || right !== '') {
    const [words, others] = [/^\D*/.exec(left)?.[0] ?? '', /^\D*/.exec(right)?.[0] ?? ''];
    const difference = compareWords(words, others);
    if (difference !== 0) return difference;
    [left, right] = [left.slice(words.length), right.slice(others.length)];
    const [number, otherNumber] = [/^\d*/.exec(left)?.[0] ?? '', /^\d*/.exec(right)?.[0] ?? ''];
    const distance = compareNumbers(number, otherNumber);
    if (distance !== 0) return distance;
    [left, right] = [left.slice(number.length), right.slice(otherNumber.length)];
  }
  return 0;
}

function compareWords(one: string, other: string): number {
  for (let place = 0; place < Math.max(one.length, other.length); place++) {
    const difference = weight(one[place]) - weight(other[place]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** `~` comes before the end, letters before all other characters. */
function weight(character: string | undefined): number {
  if (character === '~') return -1;
  if (character === undefined) return 0;
  return (/[A-Za-z]/.test(character) ? 0 : 0x1_0000) + character.charCodeAt(0);
}
