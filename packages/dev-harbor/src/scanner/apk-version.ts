import { PilotError } from '@harbor-pilot/core';
import { compareCodes, compareDigits } from './digits.ts';

/** `1.2.3b_rc1_p2~abcdef-r4`: numbers, a letter, suffixes, a commit, the revision of the package (apk-package(5)). */
const pattern =
  /^(\d+)((?:\.\d+)*)([a-z]?)((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*)((?:~[0-9a-f]+)?)(?:-r(\d+))?$/;

/** Suffixes in their order; those before the empty one come before the release. */
const suffixes = ['alpha', 'beta', 'pre', 'rc', '', 'cvs', 'svn', 'git', 'hg', 'p'];

/** Kinds of parts. Where two versions go on differently, the one with the kind further down is lower, except for pre-releases. */
const kinds = ['initial', 'number', 'letter', 'suffix', 'suffix number', 'commit', 'revision', 'end'] as const;

interface Part {
  readonly kind: (typeof kinds)[number];
  readonly text: string;
}

const end: Part = { kind: 'end', text: '' };

/**
 * Compares two versions as apk-tools does. Negative when `a` is lower.
 * @throws PilotError SCAN_FAILED when one is not a version of apk.
 */
export function compareApkVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let index = 0; ; index += 1) {
    const [x, y] = [left[index] ?? end, right[index] ?? end];
    if (x.kind !== y.kind) return compareKinds(x, y);
    const order = x.kind === 'end' ? 0 : compareSame(x, y);
    if (order !== 0 || x.kind === 'end') return order;
  }
}

function partsOf(version: string): Part[] {
  const match = pattern.exec(version);
  if (match === null) throw new PilotError('SCAN_FAILED', `"${version}" is not a version of an apk package`);
  const [, initial = '', numbers = '', letter = '', suffixList = '', commit = '', revision] = match;
  return [
    { kind: 'initial', text: initial },
    ...numbers
      .split('.')
      .slice(1)
      .map((text): Part => ({ kind: 'number', text })),
    ...(letter === '' ? [] : [{ kind: 'letter', text: letter } as const]),
    ...suffixList.split('_').slice(1).flatMap(suffixParts),
    ...(commit === '' ? [] : [{ kind: 'commit', text: commit } as const]),
    ...(revision === undefined ? [] : [{ kind: 'revision', text: revision } as const]),
  ];
}

function suffixParts(suffix: string): Part[] {
  const digits = suffix.replace(/^[a-z]+/, '');
  const word: Part = { kind: 'suffix', text: suffix.slice(0, suffix.length - digits.length) };
  return digits === '' ? [word] : [word, { kind: 'suffix number', text: digits }];
}

function compareSame(a: Part, b: Part): number {
  switch (a.kind) {
    case 'suffix':
      return suffixes.indexOf(a.text) - suffixes.indexOf(b.text);
    case 'letter':
    case 'commit':
      return compareCodes(a.text, b.text);
    case 'number':
      // With a leading zero they are decimal fractions: 1.05 is lower than 1.1.
      if (a.text.startsWith('0') || b.text.startsWith('0')) return compareCodes(a.text, b.text);
      return compareDigits(a.text, b.text);
    default:
      return compareDigits(a.text, b.text);
  }
}

function compareKinds(a: Part, b: Part): number {
  const release = suffixes.indexOf('');
  if (a.kind === 'suffix' && suffixes.indexOf(a.text) < release) return -1;
  if (b.kind === 'suffix' && suffixes.indexOf(b.text) < release) return 1;
  return kinds.indexOf(b.kind) - kinds.indexOf(a.kind);
}
