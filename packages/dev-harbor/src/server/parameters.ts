import type { Exchange } from './exchange.ts';
import { internalError, invalid } from './refusal.ts';

const largest = 2n ** 63n - 1n;
const words = ['true', '1', 'yes', 'ok', 'y', 'on', 'selected', 'checked', 't', 'enabled'];

/** A parameter of the query: the last one of its name; undefined when it is absent or empty. */
export function textQuery(exchange: Exchange, name: string): string | undefined {
  return exchange.query.getAll(name).at(-1) || undefined;
}

/**
 * A parameter of the query that must be there.
 * @throws Refusal 422 when it is absent or empty.
 */
export function requiredQuery(exchange: Exchange, name: string): string {
  const text = textQuery(exchange, name);
  if (text === undefined) throw invalid(`${name} in query is required`);
  return text;
}

/**
 * A number in the query.
 * @throws Refusal 422 when it is none.
 */
export function integerQuery(exchange: Exchange, name: string): number | undefined {
  const text = textQuery(exchange, name);
  return text === undefined ? undefined : integerOf(text, name, 'query');
}

/** A switch in the query: everything but a word of consent means no. */
export function flagQuery(exchange: Exchange, name: string, usual = false): boolean {
  const text = textQuery(exchange, name);
  return text === undefined ? usual : isYes(text);
}

/** Whether a text is a word of consent. */
export function isYes(text: string): boolean {
  return words.includes(text.toLowerCase());
}

/**
 * Reads a number of 64 bits.
 * @throws Refusal 422 when it is none.
 */
export function integerOf(text: string, name: string, place: 'query' | 'path'): number {
  const problem = integerProblem(text, name, place);
  if (problem !== undefined) throw invalid(problem);
  return Number(text);
}

/**
 * Refuses the id of something that is looked for when it has more than 32 bits: Harbor's database takes no such id.
 * @throws Refusal 500.
 */
export function checkId(id: number): void {
  if (Math.abs(id) >= 2 ** 31) throw internalError();
}

/**
 * Refuses a text that is longer than its column in Harbor's database, where nothing checks it before.
 * @throws Refusal 500.
 */
export function checkLength(text: string, largest: number): void {
  if ([...text].length > largest) throw internalError();
}

/** Why a text is no number of 64 bits; undefined when it is one. */
export function integerProblem(text: string, name: string, place: 'query' | 'path'): string | undefined {
  const isNumber = /^[+-]?\d+$/.test(text);
  const size = isNumber ? BigInt(text.replace(/^[+-]/, '')) : 0n;
  return isNumber && size <= largest ? undefined : `${name} in ${place} must be of type int64: "${text}"`;
}
