/**
 * A shell pattern for one path segment as a regular expression: `*`, `?`, `[a-z]`, `[^a]` and backslash escapes.
 * Source: Go's path/filepath.Match, which Dockerfiles are defined by.
 * @returns undefined when the pattern cannot be read.
 */
export function compileSegment(pattern: string): RegExp | undefined {
  let source = '';
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern.charAt(index);
    if (character === '*') source += '.*';
    else if (character === '?') source += '.';
    else if (character === '\\') {
      if (++index >= pattern.length) return undefined;
      source += quote(pattern.charAt(index));
    } else if (character === '[') {
      const list = readClass(pattern, index + 1);
      if (list === undefined) return undefined;
      source += list.source;
      index = list.end;
    } else source += quote(character);
  }
  return new RegExp(`^${source}$`, 'su');
}

/** Whether a path has a wildcard that is not escaped. */
export function hasWildcard(path: string): boolean {
  return /^(?:[^\\*?[]|\\[\s\S])*[*?[]/.test(path);
}

function quote(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/, (found) => (found === '-' ? found : `\\${found}`));
}

function readClass(pattern: string, start: number): { source: string; end: number } | undefined {
  let index = start;
  const negated = pattern.charAt(index) === '^';
  if (negated) index += 1;
  const one = (): string | undefined => {
    let character = pattern.charAt(index++);
    if (character === '\\') character = pattern.charAt(index++);
    else if (character === '-' || character === ']') return undefined;
    return character === '' ? undefined : character;
  };
  const ranges: string[] = [];
  while (ranges.length === 0 || pattern.charAt(index) !== ']') {
    const low = one();
    if (low === undefined) return undefined;
    let high: string | undefined = low;
    if (pattern.charAt(index) === '-') {
      index += 1;
      high = one();
      if (high === undefined) return undefined;
    }
    // A range that is the wrong way round matches nothing.
    ranges.push(low <= high ? `${escapeInClass(low)}-${escapeInClass(high)}` : '');
  }
  return { source: `[${negated ? '^' : ''}${ranges.join('')}]`, end: index };
}

function escapeInClass(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
