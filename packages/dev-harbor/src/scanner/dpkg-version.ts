import { compareDigits } from './digits.ts';

/** Compares two Debian versions: `[epoch:]upstream[-revision]` (deb-version(7)). Negative when `a` is lower. */
export function compareDpkgVersions(a: string, b: string): number {
  const [left, right] = [split(a), split(b)];
  return (
    compareDigits(left.epoch, right.epoch) ||
    compareParts(left.upstream, right.upstream) ||
    compareParts(left.revision, right.revision)
  );
}

function split(version: string): { epoch: string; upstream: string; revision: string } {
  const parts = /^(?:(\d+):)?(.*?)(?:-([^-]*))?$/s.exec(version.trim());
  return { epoch: parts?.[1] ?? '0', upstream: parts?.[2] ?? '', revision: parts?.[3] ?? '' };
}

/** Alternating runs of non-digits and digits; non-digits by letters first, `~` before everything, even the end. */
function compareParts(a: string, b: string): number {
  const runs = (text: string): string[] => text.split(/(\d+)/);
  const [left, right] = [runs(a), runs(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const [x, y] = [left[index] ?? '', right[index] ?? ''];
    const order = index % 2 === 1 ? compareDigits(x, y) : compareText(x, y);
    if (order !== 0) return order;
  }
  return 0;
}

function compareText(a: string, b: string): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const order = weight(a[index]) - weight(b[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function weight(letter: string | undefined): number {
  if (letter === undefined) return 0;
  if (letter === '~') return -1;
  const code = letter.charCodeAt(0);
  return /[A-Za-z]/.test(letter) ? code : code + 256;
}
