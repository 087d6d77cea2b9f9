import { asObject, asString } from '@harbor-pilot/core';
import { isSameJson } from '../kinds/same-json.ts';
import { ApiError } from '../store/api-error.ts';

/** The real server does not say more either. */
function refused(): ApiError {
  return new ApiError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

/**
 * Applies a JSON patch (RFC 6902) to a copy of a document.
 * @throws ApiError 422 when a path does not exist or a test fails.
 */
export function applyJsonPatch(document: unknown, operations: readonly unknown[]): unknown {
  return operations.reduce((current, operation) => applyOperation(current, operation), structuredClone(document));
}

function applyOperation(document: unknown, operation: unknown): unknown {
  const fields = asObject(operation) ?? {};
  const { value } = fields;
  const path = parsePointer(asString(fields.path));
  const from = (): string[] => parsePointer(asString(fields.from));
  switch (fields.op) {
    case 'add':
      return put(document, path, structuredClone(value), true);
    case 'replace':
      read(document, path);
      return put(document, path, structuredClone(value), false);
    case 'remove':
      return take(document, path);
    case 'copy':
      return put(document, path, structuredClone(read(document, from())), true);
    case 'move': {
      const moved = read(document, from());
      return put(take(document, from()), path, moved, true);
    }
    case 'test':
      if (isSameJson(read(document, path), value)) return document;
      throw refused();
    default:
      throw refused();
  }
}

function parsePointer(pointer: string | undefined): string[] {
  if (pointer === '') return [];
  if (!pointer?.startsWith('/')) throw refused();
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(document: unknown, path: readonly string[]): unknown {
  let current = document;
  for (const key of path) {
    const container: Readonly<Record<string, unknown>> | undefined = containerOf(current);
    if (container === undefined || !Object.hasOwn(container, key)) {
      throw refused();
    }
    current = container[key];
  }
  return current;
}

function containerOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

/** The object or list that holds the last part of a path, and that part. */
function parentOf(document: unknown, path: readonly string[]): { parent: Record<string, unknown>; key: string } {
  const parent = containerOf(read(document, path.slice(0, -1)));
  const key = path.at(-1);
  if (parent === undefined || key === undefined) throw refused();
  return { parent, key };
}

function put(document: unknown, path: readonly string[], value: unknown, isInsert: boolean): unknown {
  if (path.length === 0) return value;
  const { parent, key } = parentOf(document, path);
  if (Array.isArray(parent)) {
    const index = key === '-' ? parent.length : Number(key);
    if (!Number.isInteger(index) || index < 0 || index > parent.length) throw refused();
    parent.splice(index, isInsert ? 0 : 1, value);
  } else {
    define(parent, key, value);
  }
  return document;
}

/** Sets an own field whatever its name: `__proto__` must not reach the prototype. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

function take(document: unknown, path: readonly string[]): unknown {
  read(document, path);
  const { parent, key } = parentOf(document, path);
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
  return document;
}
