import { asObject, closestTo, PilotError } from '@harbor-pilot/core';
import {
  declarationsOf,
  type InputDeclaration,
  kebabName,
  parseInput,
  type RawValue,
  type Step,
  type Structure,
} from '@harbor-pilot/step-kit';

/** The values of harbor-pilot.yml by their dotted place, `scan-gate.only-fixed`. */
export type ConfigValues = (place: string) => RawValue | undefined;

/** A file with more than this is not a configuration. */
const sizeLimitBytes = 256 * 1024;

/**
 * Reads the text of harbor-pilot.yml.
 * @param file name for messages.
 * @throws PilotError CONFIG_INVALID
 */
export async function parseConfig(text: string, file: string, steps: readonly Step[]): Promise<ConfigValues> {
  return parseSettings(
    await parseSettingsFile(text, file),
    steps.flatMap((step) => Object.values(declarationsOf(step))),
  );
}

/**
 * Reads YAML that people write, of which nothing is known yet.
 * @param file name for messages.
 * @throws PilotError CONFIG_INVALID
 */
export async function parseSettingsFile(text: string, file: string): Promise<Structure> {
  if (text.length > sizeLimitBytes) throw invalid(file, `it is larger than ${sizeLimitBytes} bytes`);
  if (/[\0\uFFFD]/.test(text)) throw invalid(file, 'it is not UTF-8 text', undefined, 'Save it as UTF-8.');
  const { isMap, isNode, isScalar, LineCounter, parseDocument } = await import('./yaml.ts');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error !== undefined)
    throw invalid(
      `${file}:${lines.linePos(error.pos[0]).line}`,
      error.message.replace(/ at line \d+, column \d+:.*/s, ''),
    );
  const where: Where = (path) => {
    // Of a map, the line of its key: what it holds may begin below.
    const parent = document.getIn(path.slice(0, -1), true);
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)))
      : undefined;
    const node = pair?.key ?? document.getIn(path, true);
    if (isNode(node) && node.range) return `${file}:${lines.linePos(node.range[0]).line}`;
    return path.length === 0 ? file : where(path.slice(0, -1));
  };
  return { value: readValue(document, file), where };
}

/**
 * Reads a map of settings: each at the place that a declaration has for it, and nothing else.
 * @throws PilotError CONFIG_INVALID with the line.
 */
export function parseSettings({ value, where }: Structure, declarations: readonly InputDeclaration[]): ConfigValues {
  const places = new Map(declarations.flatMap((one) => (one.config === undefined ? [] : [[one.config, one] as const])));
  const values = new Map<string, RawValue>();
  collect(value, [], { places, values, where });
  return (place) => values.get(place);
}

function readValue(document: { toJS(options: { maxAliasCount: number }): unknown }, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 50 }) ?? {};
  } catch (cause) {
    throw invalid(file, cause instanceof Error ? cause.message : 'it cannot be read', cause);
  }
}

type Where = Structure['where'];

interface Collecting {
  readonly places: ReadonlyMap<string, InputDeclaration>;
  readonly values: Map<string, RawValue>;
  readonly where: Where;
}

function collect(value: unknown, path: readonly string[], into: Collecting): void {
  const place = path.join('.');
  const declaration = into.places.get(place);
  if (declaration !== undefined) {
    const mayBeEmpty = declaration.kind === 'structure' && declaration.mayBeEmpty === true;
    if (isEmpty(value) && !mayBeEmpty) throw withoutValue(path, into.where);
    if (value !== null) into.values.set(place, checkedValue(declaration, value, path, into.where));
    return;
  }
  const object = asObject(value);
  const isSection = path.length === 0 || [...into.places.keys()].some((known) => known.startsWith(`${place}.`));
  if (!isSection) throw unknownKey(path, into);
  if (object === undefined) throw invalid(into.where(path), `"${place || 'the file'}" is not a map of settings`);
  for (const [key, child] of Object.entries(object)) {
    if (key.includes('.')) throw unknownKey([...path, key], into);
    collect(child, [...path, key], into);
  }
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'string') return /^[\s,]*$/.test(value);
  return value === null || (Array.isArray(value) && value.length === 0);
}

/** To take it for a setting that is not there would be dangerous: with an empty list of signers nobody would be asked for. */
function withoutValue(path: readonly string[], where: Where): PilotError {
  const hint = 'Give it a value, or remove the line.';
  return invalid(where(path), `"${path.join('.')}" has no value`, undefined, hint);
}

function unknownKey(path: readonly string[], { places, where }: Collecting): PilotError {
  const place = path.join('.');
  const meant = places.has(place) ? [] : likelyPlaces(path, places);
  const hint = /password|secret|token|auth-header|registry-auth/.test(place)
    ? 'Secrets do not belong into a file: give them as environment variables, such as HARBOR_PILOT_PASSWORD.'
    : `${meant.length === 0 ? '' : `Did you mean ${meant.map((one) => `"${one}"`).join(' or ')}? `}The documentation lists all keys.`;
  return invalid(where(path), `unknown key "${place}"`, undefined, hint);
}

/** Where a key may belong: it is of another part, is called otherwise in other tools or elsewhere here, or is mistyped. */
function likelyPlaces(path: readonly string[], places: Collecting['places']): readonly string[] {
  const name = kebabName(path.at(-1) ?? '').replaceAll('_', '-');
  const namesakes = [...places].flatMap(([place, { aliases = [] }]) =>
    [place.split('.').at(-1), ...aliases.map(kebabName)].includes(name) ? [place] : [],
  );
  const inSamePart = namesakes.filter((place) => place.startsWith(`${path[0]}.`));
  if (namesakes.length > 0) return inSamePart.length > 0 ? inSamePart : namesakes;
  const closest = closestTo(path.join('.'), allKeys([...places.keys()]));
  return closest === undefined ? [] : [closest];
}

function allKeys(places: readonly string[]): readonly string[] {
  return [
    ...new Set(
      places.flatMap((place) => place.split('.').map((_, index, parts) => parts.slice(0, index + 1).join('.'))),
    ),
  ];
}

/** A value of the kind that its place is for. All of the file is checked, whichever step reads it. */
function checkedValue(
  declaration: InputDeclaration,
  value: unknown,
  path: readonly string[],
  whereIs: Where,
): RawValue {
  if (declaration.kind === 'structure') return { value, where: (inside) => whereIs([...path, ...inside]) };
  const [place, where] = [path.join('.'), whereIs(path)];
  const plain = plainValue(declaration, value);
  if (plain === undefined) {
    const isForText = typeof value === 'number' && declaration.kind !== 'boolean';
    const hint = isForText ? 'Put it in quotes: a number may lose digits, 1.10 is 1.1.' : undefined;
    throw invalid(where, `"${place}" is not ${kindWords[declaration.kind]}`, undefined, hint);
  }
  try {
    parseInput(place, declaration, plain);
    return plain;
  } catch (error) {
    if (error instanceof PilotError) throw invalid(where, error.message, undefined, error.hint);
    throw error;
  }
}

const kindWords: Readonly<Record<InputDeclaration['kind'], string>> = {
  text: 'text',
  secret: 'text',
  choice: 'text',
  boolean: 'true or false',
  list: 'a list of texts',
  lines: 'a list of texts, or a map of them',
  number: 'a number',
  duration: 'a length of time',
  structure: 'a structure',
};

function plainValue({ kind }: InputDeclaration, value: unknown): RawValue | undefined {
  switch (kind) {
    case 'boolean':
      // "yes" and "on" are texts in YAML 1.2, and every other place takes them.
      return typeof value === 'boolean' || typeof value === 'string' ? value : undefined;
    case 'number':
      return typeof value === 'number' ? value : undefined;
    case 'duration':
      return typeof value === 'string' || typeof value === 'number' ? value : undefined;
    case 'list':
      return textOrTexts(value);
    case 'lines':
      return textOrTexts(value) ?? pairs(asObject(value));
    default:
      return typeof value === 'string' ? value : undefined;
  }
}

function textOrTexts(value: unknown): RawValue | undefined {
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}

function pairs(map: Readonly<Record<string, unknown>> | undefined): readonly string[] | undefined {
  const entries = Object.entries(map ?? {});
  const isPlain =
    map !== undefined && entries.every(([, item]) => ['string', 'number', 'boolean'].includes(typeof item));
  return isPlain ? entries.map(([name, item]) => `${name}=${String(item)}`) : undefined;
}

function invalid(
  where: string,
  why: string,
  cause?: unknown,
  hint = 'Compare the file with the documentation.',
): PilotError {
  return new PilotError('CONFIG_INVALID', `${where}: ${why}`, { cause, hint });
}
