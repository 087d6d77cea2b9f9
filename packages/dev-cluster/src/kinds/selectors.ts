import type { LabelSelector, Requirement } from './objects.ts';

/** Whether labels fulfil all requirements. */
export function matchesRequirements(
  labels: Readonly<Record<string, string>>,
  requirements: readonly Requirement[],
): boolean {
  return requirements.every(({ key, operator, values = [] }) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (operator === 'Exists') return value !== undefined;
    if (operator === 'DoesNotExist') return value === undefined;
    if (operator === 'NotIn') return value === undefined || !values.includes(value);
    return value !== undefined && values.includes(value);
  });
}

/** Whether labels are meant by a selector; an empty selector means none here, as for the workload controllers. */
export function matchesSelector(labels: Readonly<Record<string, string>>, selector: LabelSelector): boolean {
  const requirements = requirementsOf(selector);
  return requirements.length > 0 && matchesRequirements(labels, requirements);
}

function requirementsOf(selector: LabelSelector): readonly Requirement[] {
  const exact = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({
    key,
    operator: 'In',
    values: [value],
  }));
  return [...exact, ...(selector.matchExpressions ?? [])];
}

/**
 * Reads the `labelSelector` of a request: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, joined by commas.
 * @returns undefined when the text is not of that form.
 */
export function parseLabelSelector(text: string): readonly Requirement[] | undefined {
  const parts = text.match(/(?:[^,(]|\([^)]*\))+/g) ?? [];
  const requirements = parts.map((part) => parseRequirement(part.trim()));
  return requirements.every((requirement) => requirement !== undefined) ? requirements : undefined;
}

function parseRequirement(part: string): Requirement | undefined {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(part);
  if (set?.[1] !== undefined && set[3] !== undefined) {
    const values = set[3].split(',').map((value) => value.trim());
    return { key: set[1], operator: set[2] === 'in' ? 'In' : 'NotIn', values };
  }
  const equality = /^([^\s=!]+)\s*(==?|!=)\s*([^\s=!]*)$/.exec(part);
  if (equality?.[1] !== undefined && equality[3] !== undefined) {
    return { key: equality[1], operator: equality[2] === '!=' ? 'NotIn' : 'In', values: [equality[3]] };
  }
  const presence = /^(!?)\s*([^\s=!,()]+)$/.exec(part);
  if (presence?.[2] === undefined) return undefined;
  return { key: presence[2], operator: presence[1] === '!' ? 'DoesNotExist' : 'Exists' };
}

/** One comparison of a field with a value. */
export interface FieldRequirement {
  readonly path: string;
  readonly value: string;
  readonly isEqual: boolean;
}

/**
 * Reads the `fieldSelector` of a request: `path=value`, `path==value`, `path!=value`, joined by commas.
 * @param selectable the fields of the resource that may be asked for, besides name and namespace.
 * @returns the requirements, or what is wrong with the text.
 */
export function parseFieldSelector(text: string, selectable: readonly string[]): readonly FieldRequirement[] | string {
  const common = ['metadata.name', 'metadata.namespace'];
  const requirements: FieldRequirement[] = [];
  for (const part of text.split(',').filter((piece) => piece !== '')) {
    const match = /^([^=!]+)(==?|!=)(.*)$/.exec(part);
    if (match?.[1] === undefined) return `invalid selector: '${part}'; can't understand '${part}'`;
    const path = match[1];
    if (![...common, ...selectable].includes(path)) {
      return selectable.length > 0
        ? `field label not supported: ${path}`
        : `"${path}" is not a known field selector: only "metadata.name", "metadata.namespace"`;
    }
    requirements.push({ path, value: match[3] ?? '', isEqual: match[2] !== '!=' });
  }
  return requirements;
}

/** Whether an object fulfils all field requirements; an absent field equals the empty text. */
export function matchesFields(object: object, requirements: readonly FieldRequirement[]): boolean {
  return requirements.every(({ path, value, isEqual }) => (fieldOf(object, path) === value) === isEqual);
}

function fieldOf(object: object, path: string): string {
  let current: unknown = object;
  for (const part of path.split('.')) {
    current = typeof current === 'object' && current !== null ? (current as Record<string, unknown>)[part] : undefined;
  }
  return current === undefined || current === null ? '' : String(current);
}
