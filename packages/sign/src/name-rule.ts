import { runInNewContext } from 'node:vm';
import { PilotError } from '@harbor-pilot/core';
import type { NameRule } from './trusted-signers.ts';

/** Longer patterns nobody reads any more. */
const patternLimit = 1000;
/** Names come from certificates, and one can be made so that it gives a pattern years to do. */
const matchingMilliseconds = 1000;

const files = ['b', 'build', 'ci', 'deploy', 'docker', 'main', 'publish', 'release', 'sign'].map(
  (file) => `${file}.yml`,
);
const refs = ['heads/c', 'heads/main', 'heads/master', 'tags/1.0.0', 'tags/v1', 'tags/v1.0.0'];
const owner = 'stranger-nobody';
/** Names that anybody could have; a pattern that one of them meets leaves too much open. */
const strangers: readonly string[] = [
  'x',
  'nobody@stranger.invalid',
  'stranger.nobody@gmail.com',
  'https://stranger.invalid',
  'https://stranger-nobody.com',
  'https://stranger.invalid/a/b@refs/heads/c',
  ...refs.flatMap((ref) => [
    ...files.map((file) => `https://github.com/${owner}/a/.github/workflows/${file}@refs/${ref}`),
    `https://gitlab.com/${owner}/a//.gitlab-ci.yml@refs/${ref}`,
  ]),
];

/** The rule that a name is exactly this one. */
export function exactName(name: string): NameRule {
  return { kind: 'exact', name };
}

/**
 * The rule that all of a name is as a regular expression says. It is anchored at both ends, whether it says so or not.
 * @param where for messages: the name of an input, or file and line.
 * @throws PilotError INPUT_INVALID when it is none, or when a name that anybody could have meets it, as all meet `.*`.
 */
export function namePattern(pattern: string, where: string): NameRule {
  if (pattern.length > patternLimit) throw invalid(where, `it is longer than ${patternLimit} characters`);
  let compiled: RegExp;
  try {
    // Alone first: something like `a)|(?:b` would undo the anchors.
    compiled = new RegExp(pattern, 'u') && new RegExp(`^(?:${pattern})$`, 'u');
  } catch (cause) {
    throw invalid(where, `"${pattern}" is not a regular expression`, cause);
  }
  if (meetsAny(compiled, [...strangers, ...namedAfter(pattern)]) !== false) {
    throw invalid(where, `"${pattern}" lets anybody sign`);
  }
  return { kind: 'pattern', pattern: compiled };
}

/**
 * Names of strangers who have called a branch after the pattern, which leads past one that is open where it begins. Addresses of
 * mail are none of these: their issuers give no names with a slash.
 */
function namedAfter(pattern: string): readonly string[] {
  const branch = pattern
    .replaceAll(/\\(\W)|(?:\.|\[(?:[^\]\\]|\\.)*\]|\\\w)(?:[*+?]|\{\d+(?:,\d*)?\})?/g, (_, literal = 'x') => literal)
    .replaceAll(/\(\?:|[()^$]/g, '');
  if (!branch.includes('/')) return [];
  return [
    `https://github.com/${owner}/a/.github/workflows/ci.yml@refs/heads/${branch}`,
    `https://gitlab.com/${owner}/a//.gitlab-ci.yml@refs/heads/${branch}`,
    `https://stranger.invalid/${branch}`,
  ];
}

/** Whether a name meets a rule. */
export function meets(name: string, rule: NameRule): boolean {
  if (rule.kind === 'exact') return name === rule.name;
  return meetsAny(rule.pattern, [name]) === true;
}

/** Whether a pattern takes one of some names; undefined when that cannot be found out in time. */
function meetsAny(pattern: RegExp, names: readonly string[]): boolean | undefined {
  try {
    // Only a script can be stopped in the middle of a match.
    const script = 'names.some((name) => pattern.test(name))';
    return runInNewContext(script, { pattern, names }, { timeout: matchingMilliseconds }) === true;
  } catch {
    return undefined;
  }
}

function invalid(where: string, why: string, cause?: unknown): PilotError {
  return new PilotError('INPUT_INVALID', `${where}: ${why}`, {
    cause,
    hint: 'Write what the name begins with, and leave open only what may differ, within a host by [^/]*: https://github\\.com/shop/app/\\.github/workflows/release\\.yml@refs/tags/v.*',
  });
}
