import { compareNumbers, compareTexts } from './compare-parts.ts';

/** The order of versions of RPM packages (rpm-version(7) of RPM 4.20): `[epoch:]version[-release]`. */
export function compareRpm(one: string, other: string): number {
  const [first, second] = [split(one), split(other)];
  const isReleased = first.release !== undefined && second.release !== undefined;
  return (
    compareNumbers(first.epoch, second.epoch) ||
    compareSegments(first.version, second.version) ||
    // A fix that names no release is in all of them.
    (isReleased ? compareSegments(first.release ?? '', second.release ?? '') : 0)
  );
}

function split(text: string): { epoch: string; version: string; release: string | undefined } {
  const [, epoch = '0', rest = ''] = /^(?:(\d+):)?(.*)$/s.exec(text) ?? [];
  const dash = rest.lastIndexOf('-');
  return dash < 0
    ? { epoch, version: rest, release: undefined }
    : { epoch, version: rest.slice(0, dash), release: rest.slice(dash + 1) };
}

/** Runs of digits and of letters; all else only separates them, but for `~`, before the end, and `^`, after it. */
function compareSegments(one: string, other: string): number {
  const [left, right] = [segments(one), segments(other)];
  for (let place = 0; place < Math.max(left.length, right.length); place++) {
    const difference = compareSegment(left[place], right[place]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function segments(text: string): readonly string[] {
  return text.match(/\d+|[A-Za-z]+|[~^]/g) ?? [];
}

function compareSegment(one: string | undefined, other: string | undefined): number {
  const difference = rank(one) - rank(other);
  if (difference !== 0 || one === undefined || other === undefined) return difference;
  return /^\d/.test(one) ? compareNumbers(one, other) : compareTexts(one, other);
}

function rank(segment: string | undefined): number {
  if (segment === '~') return 0;
  if (segment === undefined) return 1;
  if (segment === '^') return 2;
  return /^\d/.test(segment) ? 4 : 3;
}
