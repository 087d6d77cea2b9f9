/**
 * Whether a text matches a pattern as Harbor's rules have them (doublestar 1.3.4): `*` and `?` within a path segment, `**` for
 * any number of whole segments, `[a-z]`, `[^a-z]`, `{one,two}` and `\` before what stands for itself. The empty pattern matches
 * everything. Undefined for a pattern that is none.
 */
export function matchesGlob(pattern: string, text: string): boolean | undefined {
  if (pattern === '') return true;
  const expressions = expand(pattern)?.map(translate);
  if (expressions === undefined) return undefined;
  const known = expressions.filter((expression) => expression !== undefined);
  return known.length < expressions.length ? undefined : known.some((expression) => expression.test(text));
}

/** The position after the piece that starts at a position: an escaped character, a class, or one character; undefined when it does not end. */
function endOfPiece(pattern: string, position: number): number | undefined {
  const character = pattern[position];
  if (character === '\\') return position + 2 > pattern.length ? undefined : position + 2;
  if (character !== '[') return position + 1;
  for (let end = position + 1; end < pattern.length; end += pattern[end] === '\\' ? 2 : 1) {
    if (pattern[end] === ']') return end + 1;
  }
  return undefined;
}

/** The patterns without alternatives that a pattern with alternatives stands for. */
function expand(pattern: string): string[] | undefined {
  const marks: number[] = [];
  let depth = 0;
  for (let position = 0; position < pattern.length; ) {
    const character = pattern[position];
    if (character === '{') depth += 1;
    if (depth === 1 && (character === '{' || character === ',' || character === '}')) marks.push(position);
    if (character === '}' && depth > 0) depth -= 1;
    if (depth === 0 && marks.length > 0) return expandAt(pattern, marks);
    const end = endOfPiece(pattern, position);
    if (end === undefined) return undefined;
    position = end;
  }
  return depth === 0 ? [pattern] : undefined;
}

function expandAt(pattern: string, marks: readonly number[]): string[] | undefined {
  const [before, after] = [pattern.slice(0, marks[0]), pattern.slice((marks.at(-1) ?? 0) + 1)];
  const options = marks.slice(0, -1).map((mark, index) => pattern.slice(mark + 1, marks[index + 1]));
  const expanded = options.map((option) => expand(`${before}${option}${after}`));
  return expanded.some((one) => one === undefined) ? undefined : expanded.flatMap((one) => one ?? []);
}

function translate(pattern: string): RegExp | undefined {
  let source = '';
  for (let position = 0; position < pattern.length; ) {
    const segments =
      position === 0 || pattern[position - 1] === '/' ? /^\*\*(\/|$)/.exec(pattern.slice(position)) : null;
    if (segments !== null) {
      source += segments[1] === '/' ? '(?:.*/)?' : '.*';
      position += segments[0].length;
      continue;
    }
    const end = endOfPiece(pattern, position);
    const piece = end === undefined ? undefined : translatePiece(pattern.slice(position, end));
    if (end === undefined || piece === undefined) return undefined;
    source += piece;
    position = end;
  }
  return new RegExp(`^${source}$`, 's');
}

function translatePiece(piece: string): string | undefined {
  if (piece === '*') return '[^/]*';
  if (piece === '?') return '[^/]';
  if (piece.startsWith('[')) return translateClass(piece.slice(1, -1));
  return literal(piece.startsWith('\\') ? piece.slice(1) : piece);
}

/** A class is a list of characters and ranges, in which a hyphen needs a backslash. A range the wrong way round has nothing in it. */
function translateClass(content: string): string | undefined {
  const isNegated = content.startsWith('^');
  const list = isNegated ? content.slice(1) : content;
  const items = [...list.matchAll(/(\\.|[^\\-])(?:-(\\.|[^\\-]))?/g)];
  if (content === '' || items.map(([item]) => item).join('') !== list) return undefined;
  const ranges = items.map(([, low = '', high = low]) => ({ low: low.at(-1) ?? '', high: high.at(-1) ?? '' }));
  const filled = ranges.filter(({ low, high }) => low <= high);
  if (filled.length === 0) return isNegated ? '[^/]' : '(?!)';
  const inner = filled.map(({ low, high }) => `${classLiteral(low)}-${classLiteral(high)}`).join('');
  return `(?!/)[${isNegated ? '^' : ''}${inner}]`;
}

const literal = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
const classLiteral = (character: string): string => character.replace(/[\\^\]-]/, '\\$&');
