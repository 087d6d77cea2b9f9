import { asObject, closestTo, PilotError } from '@harbor-pilot/core';
import type { Located, ValuePath } from './located.ts';

/** An error about a part of a file. */
export function unusable(located: Located, path: ValuePath, why: string, hint?: string): PilotError {
  return new PilotError(located.code, `${located.where(path)}: ${why}`, hint === undefined ? {} : { hint });
}

/**
 * A part that must be a map.
 * @param keys all that it may have; absent when others are no mistake.
 * @throws PilotError of the file's code.
 */
export function requireMap(
  located: Located,
  path: ValuePath,
  value: unknown,
  keys?: readonly string[],
): Readonly<Record<string, unknown>> {
  const map = asObject(value);
  if (map === undefined) throw unusable(located, path, `${named(path)} is not a map`);
  for (const key of keys === undefined ? [] : Object.keys(map)) {
    if (keys?.includes(key) === true) continue;
    const closest = closestTo(key, keys ?? []);
    const hint = `${closest === undefined ? '' : `Did you mean "${closest}"? `}There are ${(keys ?? []).join(', ')}.`;
    throw unusable(located, [...path, key], `unknown key "${key}"`, hint);
  }
  return map;
}

/**
 * A part that must be a list; what is absent or null is an empty one.
 * @throws PilotError of the file's code.
 */
export function requireList(located: Located, path: ValuePath, value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw unusable(located, path, `${named(path)} is not a list`);
}

/**
 * The text of a key of a map, without the blanks around it; what is empty counts as absent.
 * @throws PilotError of the file's code.
 */
export function textOf(
  located: Located,
  path: ValuePath,
  map: Readonly<Record<string, unknown>>,
  key: string,
): string | undefined {
  const value = map[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value.trim() || undefined;
  const hint = typeof value === 'number' ? 'Put it in quotes: a number may lose digits, 1.10 is 1.1.' : undefined;
  throw unusable(located, [...path, key], `"${key}" is not text`, hint);
}

/**
 * The texts of a key of a map: a list, or a single one.
 * @throws PilotError of the file's code.
 */
export function textsOf(
  located: Located,
  path: ValuePath,
  map: Readonly<Record<string, unknown>>,
  key: string,
): readonly string[] | undefined {
  const value = map[key];
  if (value === undefined || value === null) return undefined;
  const texts = Array.isArray(value) ? value : [value];
  if (texts.length > 0 && texts.every((text) => typeof text === 'string' && text.trim() !== ''))
    return texts.map((text: string) => text.trim());
  // An empty list must not turn what is for some into what is for all.
  throw unusable(located, [...path, key], `"${key}" is not a list of texts`);
}

/**
 * That keys which limit something have a value where they are there.
 * @throws PilotError of the file's code: without it, what is for some would be for all, and for ever.
 */
export function requireValues(
  located: Located,
  path: ValuePath,
  map: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): void {
  for (const key of keys) {
    const value = map[key];
    const isEmpty = value === null || (typeof value === 'string' && value.trim() === '');
    if (isEmpty)
      throw unusable(located, [...path, key], `"${key}" has no value`, 'Give it a value, or remove the line.');
  }
}

/** An id as databases of vulnerabilities give it: no wildcard, no list. */
export const idPattern = /^[A-Za-z][\w.:-]*$/;

/**
 * The name of one vulnerability: no wildcard, no list.
 * @throws PilotError of the file's code.
 */
export function requireId(located: Located, path: ValuePath, id: string): string {
  if (idPattern.test(id)) return id;
  throw unusable(
    located,
    path,
    `"${id}" is not the id of one vulnerability`,
    'Write one such as CVE-2026-1234, each by itself.',
  );
}

/**
 * A time of a VEX document; the beginning of time when there is none, so that any other word is later.
 * @throws PilotError INPUT_INVALID
 */
export function timeOf(located: Located, path: ValuePath, text: string | undefined): string {
  const time = Date.parse(text ?? '1970-01-01T00:00:00Z');
  if (Number.isNaN(time)) throw unusable(located, path, `"${text}" is no time`);
  return new Date(time).toISOString();
}

/** The error about a word that the format does not have. */
export function unknownWord(
  located: Located,
  path: ValuePath,
  what: string,
  word: string | undefined,
  words: readonly string[],
): PilotError {
  if (word === undefined) return unusable(located, path, `there is no "${what}"`, `It is one of ${words.join(', ')}.`);
  const closest = closestTo(word, words);
  const hint = `${closest === undefined ? '' : `Did you mean "${closest}"? `}It is one of ${words.join(', ')}.`;
  return unusable(located, path, `the ${what} "${word}" is not known`, hint);
}

function named(path: ValuePath): string {
  const last = path.at(-1);
  if (last === undefined) return 'it';
  return typeof last === 'number' ? `entry ${last + 1}` : `"${last}"`;
}
