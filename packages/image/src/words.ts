import { type Instruction, invalidAt, type SourceLine } from './dockerfile.ts';

/** Flags of an instruction (`--from=build`) and what comes behind them. */
export interface Flagged {
  /** By name; a flag without a value holds an empty text. */
  readonly flags: ReadonlyMap<string, string>;
  readonly rest: string;
}

/**
 * Takes the flags off the front of an instruction.
 * @param known names the instruction may have.
 * @throws PilotError DOCKERFILE_INVALID for an unknown or repeated flag.
 */
export function takeFlags(instruction: Instruction, known: readonly string[]): Flagged {
  const flags = new Map<string, string>();
  let rest = instruction.text;
  for (;;) {
    const match = /^--([a-z][a-z-]*)(?:=(\S*))?(?:\s+|$)/.exec(rest);
    if (match?.[1] === undefined) return { flags, rest };
    const name = match[1];
    if (!known.includes(name)) {
      const list =
        known.length === 0 ? 'It takes no flags.' : `It takes ${known.map((flag) => `--${flag}`).join(', ')}.`;
      throw invalidAt(instruction.at, `${instruction.keyword} has no flag --${name}`, list);
    }
    if (flags.has(name)) throw invalidAt(instruction.at, `--${name} is given twice`);
    flags.set(name, match[2] ?? '');
    rest = rest.slice(match[0].length);
  }
}

/** Words as whitespace separates them; quotes mean nothing here (as in Docker, where names with blanks need the JSON form). */
export function splitWords(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/**
 * The texts of a JSON list (exec form), or undefined when the text is none.
 * @throws PilotError DOCKERFILE_INVALID when something else than texts is in it.
 */
export function parseJsonWords(text: string, at: SourceLine): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (Array.isArray(list) && list.every((word) => typeof word === 'string')) return list;
  throw invalidAt(at, `${text} has something else than texts`, 'Put each word in double quotes.');
}

/** Splits at whitespace outside quotes; quotes and escapes stay, they are taken off when variables are expanded. */
export function splitQuoted(text: string, escapeWith: string): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === escapeWith && quote !== "'" && index + 1 < text.length) {
      word += character + text.charAt(++index);
    } else if (quote === '' && /\s/.test(character)) {
      if (word !== '') words.push(word);
      word = '';
    } else {
      if (quote === character) quote = '';
      else if (quote === '' && (character === '"' || character === "'")) quote = character;
      word += character;
    }
  }
  return word === '' ? words : [...words, word];
}

/** A name with its value, both not yet expanded. */
export type Pair = readonly [name: string, value: string];

/**
 * Reads `name=value …`, or the old form `name value`, of ENV and LABEL.
 * @throws PilotError DOCKERFILE_INVALID when a word has no "=".
 */
export function parsePairs(instruction: Instruction): Pair[] {
  const { keyword, at, text, escapeWith } = instruction;
  const words = splitQuoted(text, escapeWith);
  const first = words[0];
  if (first === undefined) throw invalidAt(at, `${keyword} needs a name and a value`);
  if (!first.includes('=')) {
    const value = text.slice(text.indexOf(first) + first.length).trim();
    if (value === '') throw invalidAt(at, `${keyword} ${first} has no value`, `Write ${keyword} ${first}=value.`);
    return [[first, value]];
  }
  return words.map((word) => splitPair(word, keyword, at));
}

function splitPair(word: string, keyword: string, at: SourceLine): Pair {
  const equals = word.indexOf('=');
  if (equals < 0) throw invalidAt(at, `"${word}" in ${keyword} has no "="`, 'Put values with blanks in quotes.');
  if (equals === 0) throw invalidAt(at, `"${word}" in ${keyword} has no name`);
  return [word.slice(0, equals), word.slice(equals + 1)];
}
