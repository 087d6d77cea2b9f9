import { PilotError } from '@harbor-pilot/core';

/**
 * The words of a command: of several lines each is one, a single one is split at its blanks. Quotes of both kinds keep
 * blanks; nothing else has a meaning, since no shell is there to give it one.
 * @param input for messages.
 * @throws PilotError INPUT_INVALID when a quote is not closed.
 */
export function splitCommand(input: string, lines: readonly string[]): readonly string[] {
  const [line = '', ...others] = lines;
  if (others.length > 0) return lines;
  const words = line.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  const rest = line.replace(/"[^"]*"|'[^']*'/g, '');
  if (words.length > 0 && !/["']/.test(rest)) {
    return words.map((word) =>
      word.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ''),
    );
  }
  throw new PilotError('INPUT_INVALID', `the input "${input}" has a quote that is not closed`, {
    hint: 'Write the program and its arguments with blanks between them, or one a line.',
  });
}
