import { badRequest } from './refusal.ts';

/** What a list is filtered by: a value per key. */
export type Criteria = ReadonlyMap<string, Criterion>;

/** One condition of `q`: equal, contains (`~`), any of, all of, or a range. */
export type Criterion =
  | { readonly kind: 'exact' | 'fuzzy'; readonly value: string }
  | { readonly kind: 'any' | 'all'; readonly values: readonly string[] }
  | { readonly kind: 'range'; readonly from: string; readonly to: string };

/**
 * Reads `q=name=~abc,level=project`.
 * @throws Refusal 400 when it cannot be read.
 */
export function parseCriteria(text: string): Criteria {
  const criteria = new Map<string, Criterion>();
  for (const part of text.split(',').filter((piece) => piece !== '')) {
    const equals = part.indexOf('=');
    const key = part.slice(0, Math.max(equals, 0)).trim();
    const value = part.slice(equals + 1).trim();
    if (equals < 0 || key === '' || value === '') {
      throw badRequest('the query string must contain "=" and the key/value cannot be empty');
    }
    criteria.set(key.toLowerCase(), criterionOf(value));
  }
  return criteria;
}

function criterionOf(value: string): Criterion {
  const inner = value.slice(1, -1);
  if (value.startsWith('~')) return { kind: 'fuzzy', value: value.slice(1) };
  if (value.startsWith('{') && value.endsWith('}')) return { kind: 'any', values: words(inner) };
  if (value.startsWith('(') && value.endsWith(')')) return { kind: 'all', values: words(inner) };
  if (value.startsWith('[') && value.endsWith(']')) {
    const [from = '', to = ''] = inner.split('~');
    return { kind: 'range', from, to };
  }
  return { kind: 'exact', value };
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/** Whether a value, or one of several values, meets a condition. */
export function meets(criterion: Criterion, actual: unknown): boolean {
  const values = (Array.isArray(actual) ? actual : [actual]).map(String);
  switch (criterion.kind) {
    case 'exact':
      return values.includes(criterion.value);
    case 'fuzzy':
      return values.some((value) => value.toLowerCase().includes(criterion.value.toLowerCase()));
    case 'any':
      return criterion.values.some((value) => values.includes(value));
    case 'all':
      return criterion.values.every((value) => values.includes(value));
    case 'range':
      return values.some(
        (value) => (criterion.from === '' || value >= criterion.from) && (criterion.to === '' || value <= criterion.to),
      );
  }
}
