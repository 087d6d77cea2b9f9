import { badRequest, internalError } from './refusal.ts';

/** What a list is filtered by: a value per key. */
export type Criteria = ReadonlyMap<string, Criterion>;

/** One condition of `q`: equal, contains (`~`), any of, all of, or a range. */
export type Criterion =
  | { readonly kind: 'exact' | 'fuzzy'; readonly value: string }
  | { readonly kind: 'any' | 'all'; readonly values: readonly string[] }
  | { readonly kind: 'range'; readonly from: string; readonly to: string };

/**
 * Reads `q=name=~abc,level=project`. Harbor decodes it once more than the protocol does.
 * @throws Refusal 400 when it cannot be read.
 */
export function parseCriteria(text: string): Criteria {
  const criteria = new Map<string, Criterion>();
  if (text === '') return criteria;
  for (const part of decodeAgain(text).split(',')) {
    const equals = part.indexOf('=');
    const key = part.slice(0, Math.max(equals, 0));
    const value = part.slice(equals + 1);
    if (equals < 0 || key === '' || value === '') {
      throw badRequest('the query string must contain "=" and the key/value cannot be empty');
    }
    const criterion = criterionOf(value);
    if (criterion === undefined) throw badRequest(`invalid query string value: ${value}`);
    criteria.set(columnOf(key), criterion);
  }
  return criteria;
}

function decodeAgain(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** The name that a field of the API has in the database: `PushTime` is `push_time`, `ProjectID` is `project_id`. */
export function columnOf(key: string): string {
  return key.replace(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_').toLowerCase();
}

/** Undefined when the value is none. */
function criterionOf(value: string): Criterion | undefined {
  const inner = value.slice(1, -1);
  switch (value[0]) {
    case '~':
      return value.length === 1 ? undefined : { kind: 'fuzzy', value: value.slice(1) };
    case '[':
      return value.endsWith(']') ? rangeOf(inner) : undefined;
    case '{':
      return value.endsWith('}') ? { kind: 'any', values: words(inner) } : undefined;
    case '(':
      return value.endsWith(')') ? { kind: 'all', values: words(inner) } : undefined;
    default:
      return { kind: 'exact', value: value.replace(/^\\/, '') };
  }
}

function rangeOf(text: string): Criterion | undefined {
  const [from = '', to = '', ...rest] = text.split('~').map((end) => unquoted(end.trim()));
  const isRange = text.includes('~') && rest.length === 0 && (from !== '' || to !== '');
  return isRange ? { kind: 'range', from, to } : undefined;
}

const words = (text: string): string[] =>
  text
    .split(' ')
    .map((word) => unquoted(word.trim()))
    .filter((word) => word !== '');

const unquoted = (text: string): string => text.replace(/^["']+|["']+$/g, '');

/**
 * Whether a value, or one of several values, meets a condition. "All of" is for those lists that know what it means: here it is
 * met by everything.
 * @throws Refusal 500 when a number or a time is compared with something else, as Harbor's database does.
 */
export function meets(criterion: Criterion, actual: unknown): boolean {
  const values = Array.isArray(actual) ? actual : [actual];
  switch (criterion.kind) {
    case 'exact':
      return values.some((value) => compareWith(value, criterion.value) === 0);
    case 'fuzzy':
      return values.some((value) => String(value).toLowerCase().includes(criterion.value.toLowerCase()));
    case 'any':
      return values.some((value) => criterion.values.some((one) => compareWith(value, one) === 0));
    case 'all':
      return true;
    case 'range':
      return values.some(
        (value) =>
          (criterion.from === '' || compareWith(value, criterion.from) >= 0) &&
          (criterion.to === '' || compareWith(value, criterion.to) <= 0),
      );
  }
}

/** Negative, zero or positive, as a value of the list is less than what is asked for, the same, or greater. */
function compareWith(value: unknown, asked: string): number {
  if (typeof value === 'number') return /^[+-]?\d+$/.test(asked) ? value - Number(asked) : refuse();
  const text = String(value);
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)) return text < asked ? -1 : text > asked ? 1 : 0;
  return Date.parse(text) - timeOf(asked);
}

function timeOf(text: string): number {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)Z?)?$/.exec(text) ?? [];
  const instant = Date.parse(`${day}T${time ?? '00:00'}Z`);
  return Number.isNaN(instant) ? refuse() : instant;
}

function refuse(): never {
  throw internalError();
}
