import { PilotError } from '@harbor-pilot/core';
import type { NameRule } from './trusted-signers.ts';

/** Longer patterns nobody reads any more. */
const patternLimit = 1000;
/** Longer names are in no certificate that is meant well, and would give a pattern much to do. */
const nameLimit = 4096;

/** Names that nobody has chosen; a pattern that has one of them leaves too much open. */
const strangers: readonly string[] = ['x', 'nobody@stranger.invalid', 'https://stranger.invalid/a/b@refs/heads/c'];

/** The rule that a name is exactly this one. */
export function exactName(name: string): NameRule {
  return { kind: 'exact', name };
}

/**
 * The rule that all of a name is as a regular expression says. It is anchored at both ends, whether it says so or not.
 * @param where for messages: the name of an input, or file and line.
 * @throws PilotError INPUT_INVALID when it is none, or when a name that nobody has thought of meets it, such as `.*`.
 */
export function namePattern(pattern: string, where: string): NameRule {
  if (pattern.length > patternLimit) throw invalid(where, `it is longer than ${patternLimit} characters`);
  let compiled: RegExp;
  try {
    compiled = new RegExp(`^(?:${pattern})$`, 'u');
  } catch (cause) {
    throw invalid(where, `"${pattern}" is not a regular expression`, cause);
  }
  if (strangers.some((name) => compiled.test(name))) {
    throw invalid(where, `"${pattern}" lets anybody sign`);
  }
  return { kind: 'pattern', pattern: compiled };
}

/** Whether a name meets a rule. */
export function meets(name: string, rule: NameRule): boolean {
  if (rule.kind === 'exact') return name === rule.name;
  return name.length <= nameLimit && rule.pattern.test(name);
}

function invalid(where: string, why: string, cause?: unknown): PilotError {
  return new PilotError('INPUT_INVALID', `${where}: ${why}`, {
    cause,
    hint: 'Write what the name begins with, and leave open only what may differ: https://github\\.com/shop/app/\\.github/workflows/release\\.yml@refs/tags/v.*',
  });
}
