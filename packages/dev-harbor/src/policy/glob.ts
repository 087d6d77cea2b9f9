/**
 * Whether a text matches a doublestar pattern: `*` within a path segment, `**` across, `?`, `[a-z]`, `{one,two}`.
 * A pattern that is none matches nothing.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  return translate(pattern)?.test(text) ?? false;
}

function translate(pattern: string): RegExp | undefined {
  let source = '';
  let depth = 0;
  for (let position = 0; position < pattern.length; position += 1) {
    const character = pattern[position] ?? '';
    if (pattern.startsWith('**', position)) {
      source += '.*';
      position += 1;
    } else if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (character === '{') {
      depth += 1;
      source += '(?:';
    } else if (character === '}' && depth > 0) {
      depth -= 1;
      source += ')';
    } else if (character === ',' && depth > 0) source += '|';
    else if (character === '[') {
      const end = pattern.indexOf(']', position);
      if (end < 0) return undefined;
      source += pattern.slice(position, end + 1).replace('[!', '[^');
      position = end;
    } else source += character.replace(/[\\^$.|+()\]}]/, '\\$&');
  }
  try {
    return depth === 0 ? new RegExp(`^${source}$`) : undefined;
  } catch {
    return undefined;
  }
}
