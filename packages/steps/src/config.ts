import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { asObject, PilotError } from '@harbor-pilot/core';
import { type InputDeclarations, kebabName, type Step } from '@harbor-pilot/step-kit';
import { closestTo } from './closest.ts';

/** The values of harbor-pilot.yml by their dotted place, `scan-gate.only-fixed`. */
export type ConfigValues = (place: string) => string | readonly string[] | boolean | number | undefined;

/** A file with more than this is not a configuration. */
const sizeLimitBytes = 256 * 1024;

/**
 * Reads harbor-pilot.yml. A file that is not there has no values, unless it was asked for by name.
 * @throws PilotError CONFIG_INVALID with line and column: not YAML, an unknown key, a value of another type.
 */
export async function readConfig(
  workspace: string,
  file: string,
  isRequired: boolean,
  steps: readonly Step[],
): Promise<ConfigValues> {
  const path = resolve(workspace, file);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (!isRequired) return undefined;
    throw new PilotError('FILE_UNREADABLE', `${file} cannot be read`, {
      cause,
      hint: 'Look at the path in the input "config".',
    });
  });
  if (text === undefined) return () => undefined;
  return parseConfig(text, file, steps);
}

/**
 * Reads the text of harbor-pilot.yml.
 * @param file name for messages.
 * @throws PilotError CONFIG_INVALID
 */
export async function parseConfig(text: string, file: string, steps: readonly Step[]): Promise<ConfigValues> {
  if (text.length > sizeLimitBytes) throw invalid(file, `it is larger than ${sizeLimitBytes} bytes`);
  const { LineCounter, parseDocument } = await import('./yaml.ts');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error !== undefined)
    throw invalid(`${file}:${lines.linePos(error.pos[0]).line}`, error.message.split('\n')[0] ?? 'it is not YAML');
  const where = (path: readonly string[]): string => {
    const node = document.getIn(path, true) as { range?: readonly number[] } | undefined;
    return node?.range?.[0] === undefined ? file : `${file}:${lines.linePos(node.range[0]).line}`;
  };
  const places = configPlaces(steps);
  const values = new Map<string, string | readonly string[] | boolean | number>();
  collect(readValue(document, file), [], { places, values, where });
  return (place) => values.get(place);
}

function readValue(document: { toJS(options: { maxAliasCount: number }): unknown }, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 50 }) ?? {};
  } catch (cause) {
    throw invalid(file, 'it uses its anchors too often', cause);
  }
}

/** Every place that a step reads, `build.platforms`. */
export function configPlaces(steps: readonly { readonly inputs: InputDeclarations }[]): ReadonlySet<string> {
  const declarations = steps.flatMap((step) => Object.values(step.inputs));
  return new Set(declarations.flatMap(({ config }) => (config === undefined ? [] : [config])));
}

interface Collecting {
  readonly places: ReadonlySet<string>;
  readonly values: Map<string, string | readonly string[] | boolean | number>;
  readonly where: (path: readonly string[]) => string;
}

function collect(value: unknown, path: readonly string[], into: Collecting): void {
  const place = path.join('.');
  if (into.places.has(place)) {
    into.values.set(place, plainValue(value, into.where(path), place));
    return;
  }
  const object = asObject(value);
  const isSection = path.length === 0 || [...into.places].some((known) => known.startsWith(`${place}.`));
  if (!isSection) throw unknownKey(path, into);
  if (object === undefined) throw invalid(into.where(path), `"${place || 'the file'}" is not a map of settings`);
  for (const [key, child] of Object.entries(object)) collect(child, [...path, key], into);
}

function unknownKey(path: readonly string[], { places, where }: Collecting): PilotError {
  const place = path.join('.');
  const closest = place.endsWith('password') ? undefined : closestTo(place, allKeys(places));
  const hint = /password|secret/.test(place)
    ? 'Secrets do not belong into a file: give them as environment variables, such as HARBOR_PILOT_PASSWORD.'
    : `${closest === undefined ? '' : `Did you mean "${closest}"? `}The documentation of harbor-pilot.yml lists all keys.`;
  return invalid(where(path), `unknown key "${place}"`, undefined, hint);
}

function allKeys(places: ReadonlySet<string>): readonly string[] {
  return [
    ...new Set(
      [...places].flatMap((place) => place.split('.').map((_, index, parts) => parts.slice(0, index + 1).join('.'))),
    ),
  ];
}

function plainValue(value: unknown, where: string, place: string): string | readonly string[] | boolean | number {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string' || typeof item === 'number'))
    return value.map(String);
  const map = asObject(value);
  if (map !== undefined && Object.values(map).every((item) => ['string', 'number', 'boolean'].includes(typeof item))) {
    return Object.entries(map).map(([name, item]) => `${name}=${String(item)}`);
  }
  throw invalid(where, `"${place}" is neither text nor a list of texts`);
}

function invalid(
  where: string,
  why: string,
  cause?: unknown,
  hint = 'Compare the file with the documentation of harbor-pilot.yml.',
): PilotError {
  return new PilotError('CONFIG_INVALID', `${where}: ${why}`, { cause, hint });
}

/** The JSON Schema of harbor-pilot.yml, derived from the declarations of all steps. */
export function configSchema(steps: readonly Step[]): Readonly<Record<string, unknown>> {
  const root: SchemaNode = { type: 'object', additionalProperties: false, properties: {} };
  for (const [name, declaration] of steps.flatMap((step) => Object.entries(step.inputs))) {
    if (declaration.config === undefined) continue;
    const parts = declaration.config.split('.');
    const leaf = parts.pop() ?? kebabName(name);
    let node = root;
    for (const part of parts) {
      node.properties[part] ??= { type: 'object', additionalProperties: false, properties: {} };
      node = node.properties[part] as SchemaNode;
    }
    node.properties[leaf] = { description: declaration.description, ...leafSchema(declaration) };
  }
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'harbor-pilot.yml', ...root };
}

interface SchemaNode {
  readonly type: 'object';
  readonly additionalProperties: false;
  readonly properties: Record<string, unknown>;
}

function leafSchema(declaration: InputDeclarations[string]): Readonly<Record<string, unknown>> {
  const fallback = declaration.default === undefined ? {} : { default: declaration.default };
  switch (declaration.kind) {
    case 'boolean':
      return { type: 'boolean', ...fallback };
    case 'choice':
      return { enum: declaration.choices, ...fallback };
    case 'list':
      return { type: ['array', 'string'], items: { type: 'string' }, ...fallback };
    case 'lines':
      return { type: ['array', 'object', 'string'], items: { type: 'string' }, ...fallback };
    case 'duration':
      return { type: ['integer', 'string'], pattern: '^\\d+[smh]?$', ...fallback };
    default:
      return { type: 'string', ...fallback };
  }
}
