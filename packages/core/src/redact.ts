import { escapedForms, secretTexts, shortestPart } from './secret-forms.ts';
import { type Derived, unescaped } from './unescaped.ts';

/** What finds each text that gives a secret away. */
const patterns = new Map<string, RegExp>();

/** The same, the longest text first; made when it is needed, since thousands of tokens may come one after the other. */
let inOrder: readonly RegExp[] | undefined;

/**
 * Shorter forms are ordinary words ("a", "the"). To hide those garbles every sentence, and tells the secret to all who know
 * the sentence; so they are hidden only where a value stands. Of the CI systems, GitHub's runner hides secrets of any
 * length everywhere, GitLab none of fewer than 8 characters.
 */
const shortestSecret = 4;

/** An escaped text may be within another one: JSON in a query of a URL in JSON. */
const deepestEscape = 3;

/**
 * The forms in which a secret may show up in a log, for those who look for fixed texts: itself, each of its lines, base64
 * with and without padding, and as a part of base64 (of `user:secret`, whoever that is); the secret and its lines also as
 * URLs, forms, JSON and HTML write them. Forms shorter than four characters are left out, since masking them everywhere
 * would garble ordinary text.
 */
export function secretForms(secret: string): string[] {
  const lines = [secret, ...secret.split(/\r?\n/)].map((line) => line.trim());
  const forms = [...secretTexts(secret), ...lines.flatMap(escapedForms)];
  return [...new Set(forms)].filter((form) => form.length >= shortestSecret);
}

/**
 * Remembers a secret for the life of the process: {@link redact} blanks all its forms from now on.
 * @returns them, as {@link secretForms} does, for others that are to hide them.
 */
export function registerSecret(secret: string): readonly string[] {
  const whole = secret.trim();
  // Of those that are hidden only in some places, more are hidden when they are longer.
  const longer = whole !== '' && whole.length < shortestPart ? escapedForms(whole) : [];
  for (const text of [...secretTexts(secret), ...longer]) {
    // A short line of a longer secret is an ordinary word.
    if (text.length >= shortestSecret || text === whole) patterns.set(text, patternOf(text));
    // As forms write it, but for their escapes; and what is left of it where escapes are undone that it has itself.
    for (const other of [text.replaceAll(' ', '+'), layersOf(text).at(-1)?.text ?? text]) {
      if (other.length >= shortestSecret) patterns.set(other, patternOf(other));
    }
  }
  inOrder = undefined;
  return secretForms(secret);
}

/**
 * Replaces every registered secret in a text by `***`, longest forms first: those of fewer than four characters where they
 * are a value (`password=abc`, `user:abc@host`, `"abc"`), those of fewer than eight where they stand alone, all others
 * wherever they are. It does so also where they are escaped, as in URLs, JSON and HTML, whoever wrote these.
 */
export function redact(text: string): string {
  inOrder ??= [...patterns].sort(([a], [b]) => b.length - a.length).map(([, pattern]) => pattern);
  let result = text;
  for (const pattern of inOrder) result = result.replaceAll(pattern, '***');
  return hideEscaped(result, inOrder);
}

function hideEscaped(text: string, secrets: readonly RegExp[]): string {
  if (secrets.length === 0) return text;
  const found: (readonly [begin: number, end: number])[] = [];
  for (const { text: layer, placeOf } of layersOf(text)) {
    for (const pattern of secrets) {
      // Where nothing is found, which is nearly always, this is much faster than matchAll.
      layer.replaceAll(pattern, (match, index: number) => {
        found.push([placeOf(index), placeOf(index + match.length)]);
        return match;
      });
    }
  }
  return blank(text, found);
}

/** What is under the escapes of a text: once undone, twice, and so on. */
function layersOf(text: string): readonly Derived[] {
  const layers: Derived[] = [];
  let outer: Derived = { text, placeOf: (index) => index };
  while (layers.length < deepestEscape && /[%&\\]/.test(outer.text)) {
    const { placeOf } = outer;
    const inner = unescaped(outer.text);
    if (inner.text === outer.text) break;
    outer = { text: inner.text, placeOf: (index) => placeOf(inner.placeOf(index)) };
    layers.push(outer);
  }
  return layers;
}

function blank(text: string, places: readonly (readonly [begin: number, end: number])[]): string {
  let [result, rest] = ['', 0];
  for (const [begin, end] of places.toSorted(([a], [b]) => a - b)) {
    if (begin >= rest) result += `${text.slice(rest, begin)}***`;
    rest = Math.max(rest, end);
  }
  return result + text.slice(rest);
}

function patternOf(text: string): RegExp {
  if (text.length < shortestSecret) return asValue(text);
  return text.length < shortestPart ? asWord(text) : new RegExp(literal(text), 'gu');
}

/** Finds a text after "=", ":" or in quotes. Keys, numbers and switches of JSON are none of these: it has to stay JSON. */
function asValue(text: string): RegExp {
  return new RegExp(`(?<=[="]|\\P{L}'|[^"]:)${literal(text)}(?=$|[\\s"'&@,;)])(?!":)`, 'gmu');
}

/** Finds a text that is no part of a word; what JSON and URLs write for a character is none. JSON stays JSON here, too. */
function asWord(text: string): RegExp {
  const begin = '(?:(?<![\\p{L}\\p{N}])|(?<=\\\\[bfnrt]|\\\\u[\\da-f]{4}|%[\\dA-Fa-f]{2}))';
  const [first, last] = [
    /^[\p{L}\p{N}]/u.test(text) ? begin : '',
    /[\p{L}\p{N}]$/u.test(text) ? '(?![\\p{L}\\p{N}])' : '',
  ];
  return new RegExp(`${first}(?<!":)${literal(text)}${last}(?!":)`, 'gu');
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
