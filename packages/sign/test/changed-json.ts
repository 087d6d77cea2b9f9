import { asObject } from '@harbor-pilot/core';

/** Where something stands in a JSON document: names and indexes. */
export type JsonPath = readonly string[];

/** The document with another value at a place; undefined removes what is there. */
export function changedJson(document: unknown, [name, ...rest]: JsonPath, value: unknown): unknown {
  if (name === undefined) return value;
  const copy = Array.isArray(document) ? [...document] : { ...asObject(document) };
  const inner = changedJson(Reflect.get(copy, name), rest, value);
  if (inner === undefined) Reflect.deleteProperty(copy, name);
  else Reflect.set(copy, name, inner);
  return copy;
}

/** The value at a place. */
export function valueAt(document: unknown, path: JsonPath): unknown {
  return path.reduce<unknown>((value, name) => Reflect.get(Object(value), name), document);
}

/** Every place of a document, of lists and objects as well as of what is in them. */
export function* placesOf(document: unknown, path: JsonPath = []): Generator<JsonPath> {
  if (typeof document !== 'object' || document === null) return;
  for (const [name, value] of Object.entries(document)) {
    yield [...path, name];
    yield* placesOf(value, [...path, name]);
  }
}
