import { asNumber, asObject, asString, PilotError } from '@harbor-pilot/core';

/** A text, number or truth value, as JSON and YAML have them. */
export type Plain = string | number | boolean;

/** What must hold at one place of a predicate. */
export type Condition = {
  /** Names of objects and numbers of lists, from the outside in; `*` is each entry of a list, which must not be empty. */
  readonly path: readonly string[];
} & (
  | { readonly operator: 'exists' }
  | { readonly operator: 'equals'; readonly value: Plain }
  | { readonly operator: 'one-of'; readonly values: readonly Plain[] }
  /** A number, or how many entries a list has. */
  | { readonly operator: 'at-most'; readonly value: number }
  /** A point in time, RFC 3339. One in the future is never new. */
  | { readonly operator: 'newer-than'; readonly seconds: number }
);

/** Clocks of two machines differ. */
const clockSkewMilliseconds = 60_000;
const pathLimit = 32;
const operators = ['exists', 'equals', 'one-of', 'at-most', 'newer-than'] as const;

/**
 * Reads a condition: `{ path: verificationResult, equals: PASSED }`, `{ path: metadata.scanFinishedOn, newer-than: 7d }`.
 * A name that has a dot in it stands in a list: `path: [invocation, builder.id]`.
 * @param where for messages: file and line.
 * @throws PilotError INPUT_INVALID
 */
export function parseCondition(value: unknown, where: string): Condition {
  const fields = asObject(value) ?? {};
  const path = parsePath(fields.path);
  if (path === undefined) throw invalid(where, 'has no path that can be followed');
  const others = Object.keys(fields).filter((name) => name !== 'path');
  const [operator] = others;
  const known = operators.find((one) => one === operator);
  if (known === undefined || others.length !== 1) throw invalid(where, `needs one of ${operators.join(', ')}`);
  const condition = conditionOf(path, known, fields[known]);
  if (condition === undefined) throw invalid(where, `cannot be understood: ${known} ${JSON.stringify(fields[known])}`);
  return condition;
}

function parsePath(value: unknown): readonly string[] | undefined {
  const parts = typeof value === 'string' ? value.split('.') : Array.isArray(value) ? value.map(String) : [];
  return parts.length > 0 && parts.length <= pathLimit && parts.every((part) => part !== '') ? parts : undefined;
}

function conditionOf(
  path: readonly string[],
  operator: (typeof operators)[number],
  value: unknown,
): Condition | undefined {
  switch (operator) {
    case 'exists':
      return value === true ? { path, operator } : undefined;
    case 'equals':
      return isPlain(value) ? { path, operator, value } : undefined;
    case 'one-of':
      return Array.isArray(value) && value.length > 0 && value.every(isPlain)
        ? { path, operator, values: value }
        : undefined;
    case 'at-most': {
      const number = asNumber(value);
      return number === undefined ? undefined : { path, operator, value: number };
    }
    case 'newer-than': {
      const seconds = parseAge(value);
      return seconds === undefined ? undefined : { path, operator, seconds };
    }
  }
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function parseAge(value: unknown): number | undefined {
  const match = /^(\d{1,9})([smhd])$/.exec(asString(value) ?? '');
  const seconds = Number(match?.[1]) * (unitSeconds[match?.[2] ?? ''] ?? Number.NaN);
  return seconds > 0 ? seconds : undefined;
}

/** A condition in words, as it is written: `verificationResult equals PASSED`. */
export function describeCondition(condition: Condition): string {
  const path = condition.path.join('.');
  switch (condition.operator) {
    case 'exists':
      return `${path} exists`;
    case 'one-of':
      return `${path} is one of ${condition.values.join(', ')}`;
    case 'newer-than':
      return `${path} is newer than ${formatAge(condition.seconds)}`;
    case 'equals':
      return `${path} equals ${condition.value}`;
    case 'at-most':
      return `${path} is at most ${condition.value}`;
  }
}

function formatAge(seconds: number): string {
  const [unit, size] = Object.entries(unitSeconds).findLast(([, one]) => seconds % one === 0) ?? ['s', 1];
  return `${seconds / size}${unit}`;
}

/** Whether a predicate meets a condition. What is not there, or of another kind, meets none. */
export function meetsCondition(predicate: unknown, condition: Condition, now: Date): boolean {
  return valuesAt(predicate, condition.path).every((value) => holds(value, condition, now));
}

/** What a path leads to: one value, several by `*`, or one that is not there. */
function valuesAt(value: unknown, [name, ...rest]: readonly string[]): readonly unknown[] {
  if (name === undefined) return [value];
  if (name === '*') {
    // One empty list among several must not go unnoticed either.
    const hasEntries = Array.isArray(value) && value.length > 0;
    return hasEntries ? value.flatMap((entry) => valuesAt(entry, rest)) : [undefined];
  }
  const isOwn = typeof value === 'object' && value !== null && name !== 'length' && Object.hasOwn(value, name);
  return valuesAt(isOwn ? (value as Readonly<Record<string, unknown>>)[name] : undefined, rest);
}

function holds(value: unknown, condition: Condition, now: Date): boolean {
  switch (condition.operator) {
    case 'exists':
      return value !== undefined && value !== null;
    case 'equals':
      return value === condition.value;
    case 'one-of':
      return isPlain(value) && condition.values.includes(value);
    case 'at-most': {
      const amount = Array.isArray(value) ? value.length : asNumber(value);
      return amount !== undefined && amount <= condition.value;
    }
    case 'newer-than': {
      const age = now.getTime() - timeOf(value);
      return age >= -clockSkewMilliseconds && age <= condition.seconds * 1000;
    }
  }
}

/** NaN for anything but a point in time with its zone: a date alone means another one elsewhere. */
function timeOf(value: unknown): number {
  const text = asString(value) ?? '';
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'string' || typeof value === 'boolean' || asNumber(value) !== undefined;
}

function invalid(where: string, why: string): PilotError {
  return new PilotError('INPUT_INVALID', `${where}: the condition ${why}`, {
    hint: 'Write a path and one rule: { path: verificationResult, equals: PASSED }, { path: metadata.scanFinishedOn, newer-than: 7d }.',
  });
}
