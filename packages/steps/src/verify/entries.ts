import { asObject, asString, PilotError } from '@harbor-pilot/core';
import type { Structure } from '@harbor-pilot/step-kit';

const entryLimit = 100;

/**
 * The entries of a list, each a map or a text, with the lines of its parts; none when there is no list.
 * @param name for messages.
 * @throws PilotError CONFIG_INVALID with the line.
 */
export function entriesOf(structure: Structure | undefined, name: string): readonly Structure[] {
  if (structure === undefined || structure.value === null) return [];
  const { value, where } = structure;
  if (!Array.isArray(value)) throw invalidEntry(structure, `"${name}" is not a list`);
  if (value.length > entryLimit) throw invalidEntry(structure, `"${name}" has more than ${entryLimit} entries`);
  return value.map((one: unknown, index) => {
    if (asObject(one) === undefined && asString(one) === undefined) {
      throw invalidEntry({ where: () => where([index]) }, `entry ${index + 1} of "${name}" is not a map`);
    }
    return { value: one, where: (path) => where([index, ...path]) };
  });
}

/** An error about an entry. */
export function invalidEntry({ where }: Pick<Structure, 'where'>, why: string): PilotError {
  return new PilotError('CONFIG_INVALID', `${where([])}: ${why}`, { hint: 'Compare the file with the documentation.' });
}
