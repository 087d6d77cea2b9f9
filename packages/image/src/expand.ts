import { invalidAt, type SourceLine } from './dockerfile.ts';

/** How a text is expanded. */
export interface Expansion {
  readonly variables: ReadonlyMap<string, string>;
  readonly escapeWith: string;
  readonly at: SourceLine;
  /** False in heredocs, where quotes are ordinary characters. */
  readonly quotes?: boolean;
}

/**
 * Replaces variables and takes quotes and escapes away (Dockerfile reference 1.x, "Environment replacement").
 * @throws PilotError DOCKERFILE_INVALID for an open quote, a substitution that cannot be read, or `${x:?message}` without a
 *   value.
 */
export function expand(text: string, expansion: Expansion): string {
  const cursor: Cursor = { text, position: 0, expansion };
  return readUntil(cursor, undefined, false);
}

interface Cursor {
  readonly text: string;
  position: number;
  readonly expansion: Expansion;
}

function fail(cursor: Cursor, message: string): Error {
  return invalidAt(cursor.expansion.at, `${message} in ${cursor.text}`);
}

/** Reads up to a character (consumed) or the end; patterns keep their escapes. */
function readUntil(cursor: Cursor, stop: string | undefined, keepEscapes: boolean): string {
  const { escapeWith, quotes = true } = cursor.expansion;
  let result = '';
  while (cursor.position < cursor.text.length) {
    const character = cursor.text.charAt(cursor.position);
    if (character === stop) {
      cursor.position += 1;
      return result;
    }
    if (character === '$') result += readDollar(cursor);
    else if (quotes && character === "'") result += readSingleQuoted(cursor);
    else if (quotes && character === '"') result += readDoubleQuoted(cursor);
    else if (character === escapeWith) {
      result += (keepEscapes ? escapeWith : '') + cursor.text.charAt(cursor.position + 1);
      cursor.position += 2;
    } else {
      result += character;
      cursor.position += 1;
    }
  }
  if (stop !== undefined) throw fail(cursor, `"${stop}" is missing`);
  return result;
}

function readSingleQuoted(cursor: Cursor): string {
  const end = cursor.text.indexOf("'", cursor.position + 1);
  if (end < 0) throw fail(cursor, 'a single quote is not closed');
  const result = cursor.text.slice(cursor.position + 1, end);
  cursor.position = end + 1;
  return result;
}

function readDoubleQuoted(cursor: Cursor): string {
  const { escapeWith } = cursor.expansion;
  let result = '';
  cursor.position += 1;
  while (cursor.position < cursor.text.length) {
    const character = cursor.text.charAt(cursor.position);
    const next = cursor.text.charAt(cursor.position + 1);
    if (character === '"') {
      cursor.position += 1;
      return result;
    }
    if (character === '$') {
      result += readDollar(cursor);
    } else if (character === escapeWith && ['"', '$', escapeWith].includes(next)) {
      result += next;
      cursor.position += 2;
    } else {
      result += character;
      cursor.position += 1;
    }
  }
  throw fail(cursor, 'a double quote is not closed');
}

const namePattern = /(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])/y;

function readName(cursor: Cursor): string {
  namePattern.lastIndex = cursor.position;
  const name = namePattern.exec(cursor.text)?.[0] ?? '';
  cursor.position += name.length;
  return name;
}

function readDollar(cursor: Cursor): string {
  const { variables } = cursor.expansion;
  cursor.position += 1;
  if (cursor.text.charAt(cursor.position) !== '{') {
    const name = readName(cursor);
    return name === '' ? '$' : (variables.get(name) ?? '');
  }
  cursor.position += 1;
  const name = readName(cursor);
  if (name === '') throw fail(cursor, 'a substitution has no name');
  const value = variables.get(name);
  let operator = cursor.text.charAt(cursor.position++);
  if (operator === '}') return value ?? '';
  if (operator === '/') return replacePattern(cursor, value ?? '');
  const emptyIsUnset = operator === ':';
  if (emptyIsUnset) operator = cursor.text.charAt(cursor.position++);
  if (!(emptyIsUnset ? '-+?' : '-+?#%').includes(operator) || operator === '') {
    throw fail(cursor, `the substitution of ${name} cannot be read`);
  }
  const word = readUntil(cursor, '}', operator === '#' || operator === '%');
  const given = emptyIsUnset && value === '' ? undefined : value;
  if (operator === '-') return given ?? word;
  if (operator === '+') return given === undefined ? '' : word;
  if (operator === '?') {
    if (given === undefined) throw fail(cursor, `${name}: ${word === '' ? 'it has no value' : word}`);
    return given;
  }
  return trimPattern(value ?? '', word, operator);
}

/** `${x#pattern}`, `${x##pattern}` at the front and `${x%pattern}`, `${x%%pattern}` at the end: shortest and longest match. */
function trimPattern(value: string, word: string, operator: string): string {
  const longest = word.startsWith(operator);
  const pattern = new RegExp(`^(?:${shellPattern(longest ? word.slice(1) : word)})$`, 's');
  const cuts = Array.from({ length: value.length + 1 }, (_, index) => index);
  const fromFront = operator === '#';
  // Short parts come first at the front with ascending cuts, and at the end with descending ones.
  if (fromFront === longest) cuts.reverse();
  const cut = cuts.find((index) => pattern.test(fromFront ? value.slice(0, index) : value.slice(index)));
  if (cut === undefined) return value;
  return fromFront ? value.slice(cut) : value.slice(0, cut);
}

function replacePattern(cursor: Cursor, value: string): string {
  const all = cursor.text.charAt(cursor.position) === '/';
  if (all) cursor.position += 1;
  const pattern = readUntil(cursor, '/', true);
  const replacement = readUntil(cursor, '}', true);
  return value.replace(new RegExp(shellPattern(pattern), all ? 'gs' : 's'), () => replacement);
}

/** `*` and `?` of a shell pattern as a regular expression; a backslash takes the next character as it is. */
function shellPattern(pattern: string): string {
  return pattern.replace(/\\([\s\S])|([\s\S])/g, (_, escaped: string | undefined, plain: string | undefined) => {
    if (plain === '*') return '.*';
    if (plain === '?') return '.';
    return (escaped ?? plain ?? '').replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
}
