import { PilotError } from '@harbor-pilot/core';
import type { InputDeclaration, InputDeclarations, InputValues } from './input-declaration.ts';
import { environmentName, kebabName } from './input-names.ts';
import { parseInput, type RawValue } from './parse-input.ts';

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
