import { asNumber, asObject, asString, PilotError } from '@harbor-pilot/core';

/** Reads foreign JSON as something; the path says where it is, for the error. */
export type Reader<T> = (value: unknown, path: string) => T;

/** The reader of a field that may be missing. */
export interface Maybe<T> {
  readonly maybe: Reader<T>;
}

/** A reader for each field, wrapped by {@link maybe} where the type says that it may be missing. */
export type Fields<T> = {
  readonly [Key in keyof T]-?: object extends Pick<T, Key> ? Maybe<Exclude<T[Key], undefined>> : Reader<T[Key]>;
};

/** Marks a field that may be missing. */
export function maybe<T>(reader: Reader<T>): Maybe<T> {
  return { maybe: reader };
}

/** An object with just these fields, in this order; others are left out. */
export function object<T>(fields: Fields<T>): Reader<T> {
  return (value, path) => {
    const given = asObject(value) ?? wrong(path, 'an object');
    const result: Record<string, unknown> = {};
    for (const [key, field] of Object.entries<Reader<unknown> | Maybe<unknown>>(fields)) {
      const present = Object.hasOwn(given, key) ? given[key] : undefined;
      if (typeof field === 'function') result[key] = field(present, `${path}.${key}`);
      else if (present !== undefined) result[key] = field.maybe(present, `${path}.${key}`);
    }
    return result as T;
  };
}

/** A list of such things. */
export function list<T>(item: Reader<T>): Reader<readonly T[]> {
  return (value, path) =>
    Array.isArray(value) ? value.map((entry, index) => item(entry, `${path}[${index}]`)) : wrong(path, 'a list');
}

/** An object with any names and such values, in its own order. */
export function dictionary<T>(item: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (value, path) =>
    Object.fromEntries(
      Object.entries(asObject(value) ?? wrong(path, 'an object')).map(([key, entry]) => [
        key,
        item(entry, `${path}.${key}`),
      ]),
    );
}

/** Text. */
export const text: Reader<string> = (value, path) => asString(value) ?? wrong(path, 'text');

/** A number, not negative. */
export const amount: Reader<number> = (value, path) => {
  const number = asNumber(value);
  return number !== undefined && number >= 0 ? number : wrong(path, 'a number from 0');
};

/** `true` or `false`. */
export const truth: Reader<boolean> = (value, path) =>
  typeof value === 'boolean' ? value : wrong(path, 'true or false');

/** One of some words. */
export function word<const Words extends readonly string[]>(...words: Words): Reader<Words[number]> {
  return (value, path) => words.find((candidate) => candidate === value) ?? wrong(path, `one of ${words.join(', ')}`);
}

/**
 * Says that a field is not what it should be.
 * @throws PilotError FILE_UNREADABLE, always.
 */
export function wrong(path: string, wanted: string): never {
  throw new PilotError('FILE_UNREADABLE', `the release record cannot be read: ${path} is not ${wanted}`, {
    hint: 'Use the harbor-pilot.json that an earlier step of this run wrote, unchanged.',
  });
}
