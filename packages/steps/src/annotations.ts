import { PilotError } from '@harbor-pilot/core';
import { referenceAnnotation } from '@harbor-pilot/sign';
import { parsePairs } from './pairs.ts';

/**
 * Reads the annotations that a signature is to have.
 * @param input for messages.
 * @throws PilotError INPUT_INVALID for one that is to have two texts, and for the one that is always there.
 */
export function parseAnnotations(input: string, lines: readonly string[]): Readonly<Record<string, string>> {
  const annotations = parsePairs(input, lines);
  if (annotations[referenceAnnotation] !== undefined) {
    throw new PilotError('INPUT_INVALID', `the annotation "${referenceAnnotation}" cannot be given`, {
      hint: 'Leave it out: for which repository a signature is, is always signed and always verified; "signed-for" names another one.',
    });
  }
  const [contradicted] = lines.filter((line) => !Object.entries(annotations).some((pair) => pair.join('=') === line));
  if (contradicted === undefined) return annotations;
  throw new PilotError('INPUT_INVALID', `the input "${input}" has two texts for one annotation: "${contradicted}"`, {
    hint: 'A signature has one text for each name. Leave out one of them.',
  });
}
