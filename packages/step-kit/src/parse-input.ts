import { closestTo, PilotError, registerSecret } from '@harbor-pilot/core';
import type { ChoiceInput, InputDeclaration, ListInput, NumberInput, Structure } from './input-declaration.ts';

/** A value as a source has it: text from a CI or a command line, more from a file. */
export type RawValue = string | readonly string[] | boolean | number | Structure;

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
