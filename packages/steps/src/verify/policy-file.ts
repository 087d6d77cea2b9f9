import { dirname, resolve } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import {
  camelName,
  type InputDeclarations,
  type InputValues,
  kebabName,
  parseInputs,
  type Runtime,
  type Structure,
} from '@harbor-pilot/step-kit';
import { parseSettings, parseSettingsFile } from '../config.ts';
import { readNamed } from '../named-file.ts';
import { termInputs, termSettings, trustInputs } from './inputs.ts';

/** The section of harbor-pilot.yml whose keys a policy file has at its root. */
const section = 'verify.';
const { verifyPolicy: _self, ...ownInputs } = trustInputs;
const policyDeclarations = { ...ownInputs, ...termInputs, ...termSettings } as const satisfies InputDeclarations;

/** Who is trusted, and what else is required, wherever it was written. */
export type TermValues = InputValues<typeof policyDeclarations>;

/** The same, and where it was written. */
export interface WrittenTerms {
  readonly values: TermValues;
  /** For messages: `the inputs`, or the file. */
  readonly where: string;
  /** Folder that paths in it are relative to. */
  readonly folder: string;
}

/**
 * Finds the terms: those of the policy file where one is named, else those of inputs and harbor-pilot.yml. With a file, of
 * the others only `signed-for` may be there.
 * @throws PilotError INPUT_INVALID when there are both; CONFIG_INVALID with the line; FILE_UNREADABLE
 */
export async function findTerms(
  values: TermValues & InputValues<Pick<typeof trustInputs, 'verifyPolicy'>>,
  runtime: Runtime,
): Promise<WrittenTerms> {
  const file = values.verifyPolicy;
  if (file === undefined) return { values, where: 'the inputs', folder: runtime.workspace };
  const besides = firstGiven(values);
  if (besides !== undefined) {
    throw new PilotError('INPUT_INVALID', `both the policy ${file} and "${kebabName(besides)}" are given`, {
      hint: 'Write all of it into the policy, or leave the policy out: nobody shall have to guess which of them counts.',
    });
  }
  const text = (await readNamed(file, runtime.workspace)).toString('utf8');
  const written = readPart(policyDeclarations, await parseSettingsFile(text, file));
  return {
    values: { ...written, signedFor: values.signedFor ?? written.signedFor },
    where: file,
    folder: dirname(resolve(runtime.workspace, file)),
  };
}

/** What is given of the terms, but for `signed-for`, which says nothing about who is trusted. */
export function firstGiven(values: TermValues): string | undefined {
  return Object.keys(policyDeclarations).find(
    (name) => name !== 'signedFor' && values[name as keyof TermValues] !== undefined,
  );
}

/**
 * Reads a map that has the keys of some declarations, and no others.
 * @throws PilotError CONFIG_INVALID with the line.
 */
export function readPart<Declared extends InputDeclarations>(
  declarations: Declared,
  structure: Structure,
): InputValues<Declared> {
  const placed: InputDeclarations = Object.fromEntries(
    Object.entries(declarations).map(([name, one]) => [name, { ...one, config: keyOf(name, one.config) }]),
  );
  const settings = parseSettings(structure, Object.values(placed));
  return parseInputs(declarations, [(kebab) => settings(placed[camelName(kebab)]?.config ?? '')]);
}

function keyOf(name: string, place: string | undefined): string {
  return place?.startsWith(section) === true ? place.slice(section.length) : kebabName(name);
}
