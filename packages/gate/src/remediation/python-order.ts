import { compareLists, compareNumbers } from './compare-parts.ts';
import { compareGeneral } from './general-order.ts';

/** Python's version specifiers (packaging.python.org, "Version specifiers", formerly PEP 440), in their normal form or near it. */
const form =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?(?:(?:-(\d+))|(?:[-_.]?(?:post|rev|r)[-_.]?(\d*)))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9._-]+))?$/;

const phases: Readonly<Record<string, number>> = { a: 1, alpha: 1, b: 2, beta: 2, c: 3, rc: 3, pre: 3, preview: 3 };

interface Parts {
  readonly epoch: string;
  readonly release: readonly string[];
  readonly rest: readonly string[];
}

/** The order of versions of Python packages; those in no form of theirs have a general one. */
export function comparePython(one: string, other: string): number {
  const [first, second] = [split(one), split(other)];
  if (first === undefined || second === undefined) return compareGeneral(one, other);
  return (
    compareNumbers(first.epoch, second.epoch) ||
    compareLists(first.release, second.release, '0', compareNumbers) ||
    compareLists(first.rest, second.rest, '', compareNumbers)
  );
}

/** The rest as numbers: phase and number before the release, number after it, whether it is a finished one, number of development. */
function split(version: string): Parts | undefined {
  const match = form.exec(version.trim().toLowerCase());
  if (match === null) return undefined;
  const [, epoch = '0', release = '', phase, phaseNumber, implicitPost, post, dev, devNumber] = match;
  const isPost = implicitPost !== undefined || post !== undefined;
  // A development version that is nothing else comes before all phases; a release comes after them.
  const place = phase !== undefined ? (phases[phase] ?? 0) : dev !== undefined && !isPost ? 0 : 4;
  const after = isPost ? `1${(implicitPost ?? post ?? '').padStart(9, '0')}` : '0';
  return {
    epoch,
    release: release.split('.'),
    rest: [String(place), phaseNumber ?? '', after, dev === undefined ? '1' : '0', devNumber ?? ''],
  };
}
