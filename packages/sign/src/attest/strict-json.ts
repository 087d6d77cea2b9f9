import { PilotError } from '@harbor-pilot/core';

/** No predicate that is meant well is nested deeper; a bill of materials has about 12 levels. */
const depthLimit = 100;

/**
 * Reads JSON that two readers must not understand differently: what is signed is read by others, too.
 * @param what it is, for messages.
 * @throws PilotError CONTENT_HOSTILE when it is no JSON, is nested too deep, has a name twice in one object, or has the
 *   name `__proto__`.
 */
export function parseStrictJson(bytes: Uint8Array, what: string): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const flaw = flawOf(text);
    if (flaw !== undefined) throw hostile(what, flaw);
    return JSON.parse(text);
  } catch (error) {
    throw error instanceof PilotError ? error : hostile(what, 'it is no JSON', error);
  }
}

/** Goes through the text once, before anything is made of it. Whether it is JSON at all is not decided here. */
function flawOf(text: string): string | undefined {
  // The names of each open object; undefined for a list.
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '{' || character === '[') {
      if (open.push(character === '{' ? new Set() : undefined) > depthLimit)
        return `it has more than ${depthLimit} levels`;
    } else if (character === '}' || character === ']') {
      open.pop();
    } else if (character === '"') {
      const end = endOfText(text, at);
      const flaw = isName(text, end) ? flawOfName(JSON.parse(text.slice(at, end)), open.at(-1)) : undefined;
      if (flaw !== undefined) return flaw;
      at = end - 1;
    }
  }
  return undefined;
}

/** Where a text in quotes ends, after its last quote. */
function endOfText(text: string, begin: number): number {
  let end = begin;
  let slashes = 0;
  do {
    end = text.indexOf('"', end + 1);
    if (end < 0) return text.length;
    slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes += 1;
  } while (slashes % 2 === 1);
  return end + 1;
}

const colon = /[\t\n\r ]*:/y;

function isName(text: string, end: number): boolean {
  colon.lastIndex = end;
  return colon.test(text);
}

function flawOfName(name: string, known: Set<string> | undefined): string | undefined {
  if (name === '__proto__') return 'it has the name "__proto__"';
  if (known?.has(name) === true) return `it has the name ${JSON.stringify(name)} twice in one object`;
  known?.add(name);
  return undefined;
}

function hostile(what: string, why: string, cause?: unknown): PilotError {
  return new PilotError('CONTENT_HOSTILE', `${what} cannot be used: ${why}`, {
    cause,
    hint: 'Look at what wrote it: no tool writes such a document by itself.',
  });
}
