import { PilotError } from '@harbor-pilot/core';

/**
 * Reads lines `NAME=VALUE` of an input.
 * @throws PilotError INPUT_INVALID
 */
export function parsePairs(input: string, lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const equals = line.indexOf('=');
      if (equals > 0) return [line.slice(0, equals), line.slice(equals + 1)];
      throw new PilotError('INPUT_INVALID', `the input "${input}" has the line "${line}"`, {
        hint: 'Write each line as NAME=VALUE.',
      });
    }),
  );
}
