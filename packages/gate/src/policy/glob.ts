/**
 * A test for texts by shell patterns: `*` and `?` stand for anything within a segment, `**` for any number of segments,
 * which `/` divides. There is nothing else special. Takes time in proportion to the lengths of pattern and text.
 * @returns the first pattern that matches, or undefined.
 */
export function globMatcher(patterns: readonly string[]): (text: string) => string | undefined {
  const compiled = patterns.map((pattern) => ({ pattern, matches: compileGlob(pattern) }));
  return (text) => compiled.find(({ matches }) => matches(text))?.pattern;
}

/** A path in an image from its root on: some scanners write `/usr/lib/x`, others `usr/lib/x`. */
export function relativePath(path: string): string {
  return path.replace(/^(?:\.?\/)+/, '');
}

function compileGlob(pattern: string): (text: string) => boolean {
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  const segments = pattern.split('/');
  return (text) => matchesSequence(segments, text.split('/'), '**', matchesSegment);
}

function matchesSegment(pattern: string, text: string): boolean {
  return matchesSequence(pattern, text, '*', (one, other) => one === '?' || one === other);
}

/** Greedy, going back only to the last star: what an earlier star takes more can only leave less to the later ones. */
function matchesSequence(
  pattern: ArrayLike<string>,
  items: ArrayLike<string>,
  star: string,
  matches: (pattern: string, item: string) => boolean,
): boolean {
  let [at, place, lastStar, taken] = [0, 0, -1, 0];
  while (at < items.length) {
    const expected = pattern[place];
    if (expected === star) {
      lastStar = place++;
      taken = at;
    } else if (expected !== undefined && matches(expected, items[at] ?? '')) {
      at += 1;
      place += 1;
    } else if (lastStar >= 0) {
      place = lastStar + 1;
      at = ++taken;
    } else return false;
  }
  while (pattern[place] === star) place += 1;
  return place === pattern.length;
}
