import { closestTo, PilotError, registerSecret } from '@harbor-pilot/core';

interface Declared<Kind extends string, Value> {
  readonly kind: Kind;
  /** One or two sentences, in Markdown, for every front end. */
  readonly description: string;
  readonly default?: Value;
  /** An input without a default that must be given. */
  readonly required?: boolean;
  /** Names that users of other tools know, in camelCase; accepted everywhere but as inputs of GitLab. */
  readonly aliases?: readonly string[];
  /** Dotted place in harbor-pilot.yml, `scan-gate.only-fixed`; absent for what does not belong into a file. */
  readonly config?: string;
}

/** A line of text. */
export type TextInput = Declared<'text', string>;
/** A line of text that is masked, and never a flag or a GitLab input. */
export type SecretInput = Declared<'secret', string>;
/** `true` or `false`. */
export type BooleanInput = Declared<'boolean', boolean>;
/** One of some words. */
export type ChoiceInput = Declared<'choice', string> & {
  readonly choices: readonly string[];
  /** Several words may be given, with commas between: the last of `choices` among them counts. Words that mean nothing here may be there, too. */
  readonly lastOf?: { readonly besides: readonly string[] };
};
/** A number, as people write it: `7`, `0.05`. */
export type NumberInput = Declared<'number', number> & {
  readonly least: number;
  readonly most: number;
  /** Nothing after the point. */
  readonly isWhole?: boolean;
};
/** Values, one a line or separated by commas. */
export type ListInput = Declared<'list', readonly string[]> & {
  /** All words that may be there; any text when absent. */
  readonly choices?: readonly string[];
};
/** Values, one a line; commas belong to them. */
export type LinesInput = Declared<'lines', readonly string[]>;
/** A length of time: `90`, `90s`, `5m`, `1h30m`, `7d`; its value is in seconds. */
export type DurationInput = Declared<'duration', number>;
/** What has parts, and comes from a file only; who uses it checks it. */
export type StructureInput = Declared<'structure', Structure> & {
  /** JSON Schema, for editors. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** A list of which nothing may be left. */
  readonly mayBeEmpty?: boolean;
};

/** A part of a file that people write. */
export interface Structure {
  readonly value: unknown;
  /** `file:line` of what is at a path within it. */
  readonly where: (path: readonly (string | number)[]) => string;
}

/** The declaration of one input. Its name is the camelCase key that it is declared under. */
export type InputDeclaration =
  | TextInput
  | SecretInput
  | BooleanInput
  | ChoiceInput
  | ListInput
  | LinesInput
  | NumberInput
  | DurationInput
  | StructureInput;

/** All inputs of a step. */
export type InputDeclarations = Readonly<Record<string, InputDeclaration>>;

type ParsedValue<D extends InputDeclaration> = D extends BooleanInput
  ? boolean
  : D extends ListInput | LinesInput
    ? readonly (D extends { readonly choices: readonly (infer Word)[] } ? Word : string)[]
    : D extends DurationInput | NumberInput
      ? number
      : D extends ChoiceInput
        ? D['choices'][number]
        : D extends StructureInput
          ? Structure
          : string;

type Always<D> = D extends { readonly required: true } ? true : D extends { readonly default: unknown } ? true : false;

/** The values of some declared inputs: what has a default or is required is always there. */
export type InputValues<Inputs extends InputDeclarations> = {
  readonly [Name in keyof Inputs]: Always<Inputs[Name]> extends true
    ? ParsedValue<Inputs[Name]>
    : ParsedValue<Inputs[Name]> | undefined;
};

/** `onlyFixed` → `only-fixed`: GitHub and GitLab inputs, flags, keys of harbor-pilot.yml. */
export function kebabName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `only-fixed` → `onlyFixed`: the way back, for TypeScript and Groovy. */
export function camelName(kebab: string): string {
  return kebab.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** `onlyFixed` or `only-fixed` → `HARBOR_PILOT_ONLY_FIXED`: the environment variable. */
export function environmentName(name: string): string {
  return `HARBOR_PILOT_${kebabName(name).replaceAll('-', '_').toUpperCase()}`;
}

/** A value as a source has it: text from a CI or a command line, more from a file. */
export type RawValue = string | readonly string[] | boolean | number | Structure;

/** One place that inputs come from, by kebab-case name: flags, variables, a file. Blank text counts as nothing, and so does a list of nothing. */
export type InputSource = (kebab: string) => RawValue | undefined;

/**
 * Reads the values of declared inputs.
 * @param sources strongest first: an input that a source has under any of its names is not looked up in the next one.
 * @throws PilotError INPUT_INVALID naming the input, the value and what would do.
 */
export function parseInputs<Inputs extends InputDeclarations>(
  declarations: Inputs,
  sources: readonly InputSource[],
): InputValues<Inputs> {
  const values: Record<string, unknown> = {};
  for (const [name, declaration] of Object.entries(declarations)) {
    const given = firstGiven([name, ...(declaration.aliases ?? [])].map(kebabName), sources);
    values[name] = given === undefined ? fallback(name, declaration) : parseInput(given.name, declaration, given.value);
  }
  return values as InputValues<Inputs>;
}

function firstGiven(
  names: readonly string[],
  sources: readonly InputSource[],
): { readonly name: string; readonly value: RawValue } | undefined {
  for (const source of sources) {
    const given = names.flatMap((name) => {
      const value = source(name);
      return value === undefined || isBlank(value) ? [] : [{ name, value }];
    });
    const [first, second] = given;
    if (first !== undefined && second !== undefined) throw givenTwice(first.name, second.name);
    if (first !== undefined) return first;
  }
  return undefined;
}

/** Commas alone are left of a list whose parts were empty variables. */
function isBlank(value: RawValue): boolean {
  return typeof value === 'string' && /^[\s,]*$/.test(value);
}

function givenTwice(one: string, other: string): PilotError {
  return new PilotError('INPUT_INVALID', `the inputs "${one}" and "${other}" are both given`, {
    hint: 'They are two names of the same input: give one of them.',
  });
}

function fallback(name: string, declaration: InputDeclaration): unknown {
  if (declaration.required === true) throw missingInput(name, declaration);
  return declaration.default;
}

/** The error of an input that has to be given, here or in this case. */
export function missingInput(name: string, declaration: InputDeclaration): PilotError {
  return new PilotError('INPUT_INVALID', `the input "${kebabName(name)}" is missing`, {
    hint: `${firstSentence(declaration.description)} Give it as ${waysToGive(name, declaration)}.`,
  });
}

function waysToGive(name: string, { kind, config }: InputDeclaration): string {
  const input = kebabName(name);
  const ways = [
    kind === 'secret' ? `the secret input ${input}` : `the input ${input} (in a terminal --${input})`,
    `the variable ${environmentName(name)}`,
    ...(config === undefined ? [] : [`${config} in harbor-pilot.yml`]),
  ];
  return `${ways.slice(0, -1).join(', as ')}, or as ${ways.at(-1) ?? ''}`;
}

/** The first sentence of a description as plain text. */
function firstSentence(description: string): string {
  const [first = ''] = description.split(/(?<=\.) /);
  return first.replaceAll('`', '');
}

/**
 * Reads one value as its declaration wants it.
 * @param name for messages.
 * @throws PilotError INPUT_INVALID naming the input, the value and what would do.
 */
export function parseInput(name: string, declaration: InputDeclaration, value: RawValue): unknown {
  switch (declaration.kind) {
    case 'text':
      return parseText(String(value));
    case 'secret':
      registerSecret(String(value));
      return String(value);
    case 'boolean':
      return parseBoolean(name, String(value));
    case 'choice':
      return parseChoice(name, declaration, String(value));
    case 'list':
      return parseList(name, declaration, splitItems(value, /[\n,]/));
    case 'lines':
      return splitItems(value, /\n/);
    case 'number':
      return parseNumber(name, declaration, String(value));
    case 'duration':
      return parseDuration(name, String(value));
    case 'structure':
      return value;
  }
}

/** A variable that was pasted, or a block in YAML, ends with a line break. What has several lines, as a certificate has, stays as it is. */
function parseText(text: string): string {
  const line = text.trim();
  return line.includes('\n') ? text : line;
}

function splitItems(value: RawValue, separator: RegExp): readonly string[] {
  const items: readonly string[] = Array.isArray(value) ? value : String(value).split(separator);
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

function parseList(name: string, { choices }: ListInput, items: readonly string[]): readonly string[] {
  return choices === undefined ? items : items.map((item) => parseChoice(name, { choices }, item));
}

function parseBoolean(name: string, text: string): boolean {
  const word = text.trim().toLowerCase();
  if (['true', 'yes', 'on', '1'].includes(word)) return true;
  if (['false', 'no', 'off', '0'].includes(word)) return false;
  throw new PilotError('INPUT_INVALID', `the input "${name}" is "${text}"`, { hint: 'Write true or false.' });
}

function parseChoice(name: string, { choices, lastOf }: Pick<ChoiceInput, 'choices' | 'lastOf'>, text: string): string {
  const lower = text.trim().toLowerCase();
  const words = lastOf === undefined ? [lower] : lower.split(/[\s,]+/).filter((word) => !lastOf.besides.includes(word));
  const chosen = words.map((word) => choices.findIndex((candidate) => candidate.toLowerCase() === word));
  const choice = chosen.includes(-1) ? undefined : choices[Math.max(-1, ...chosen)];
  if (choice !== undefined) return choice;
  const unknown = words[chosen.indexOf(-1)];
  const closest = unknown === undefined ? undefined : closestTo(unknown, choices);
  throw new PilotError('INPUT_INVALID', `the input "${name}" is "${text}"`, {
    hint: `${closest === undefined ? '' : `Did you mean "${closest}"? `}Write one of ${choices.join(', ')}.`,
  });
}

function parseNumber(name: string, { least, most, isWhole = false }: NumberInput, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
  throw new PilotError('INPUT_INVALID', `the input "${name}" is "${text}"`, {
    hint: `Write a ${isWhole ? 'whole number' : 'number'} from ${least} to ${most}.`,
  });
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function parseDuration(name: string, text: string): number {
  const length = text.trim().replace(/^\d+$/, '$&s');
  const parts = /^(\d+[smhd])+$/.test(length) ? [...length.matchAll(/(\d+)(.)/g)] : [];
  const seconds = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (unitSeconds[unit] ?? 0), 0);
  if (Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new PilotError('INPUT_INVALID', `the input "${name}" is "${text}"`, {
    hint: 'Write a length of time such as 90s, 5m, 1h30m or 7d.',
  });
}
