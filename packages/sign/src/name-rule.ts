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
const word = 'strangernobody';
/** Where everybody gets an account of the name that they want, with the word in the name. */
const anybodysAccount = new RegExp(`^https://(?:github|gitlab)\\.com/[^/]*${word}|^[^@/]*${word}[^@/]*@gmail\\.com$`);
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
  const found = firstTaken(compiled, [...strangers, ...namedAfter(pattern)]);
  if (found?.name !== undefined) throw invalid(where, `"${pattern}" lets anybody sign, such as "${found.name}"`);
  if (found === undefined) throw invalid(where, `"${pattern}" takes too long to match`);
  return { kind: 'pattern', pattern: compiled };
}

/**
 * Names of strangers that were made after the pattern: of an account of theirs where it leaves open whose account it is,
 * and of a branch that leads past a pattern which is open where it begins. Addresses of mail are none of the latter: their
 * issuers give no names with a slash.
 */
function namedAfter(pattern: string): readonly string[] {
  return examplesOf(pattern).flatMap((example) => [
    ...(anybodysAccount.test(example) ? [example] : []),
    ...(example.includes('/')
      ? [
          `https://github.com/${owner}/a/.github/workflows/ci.yml@refs/heads/${example}`,
          `https://gitlab.com/${owner}/a//.gitlab-ci.yml@refs/heads/${example}`,
          `https://stranger.invalid/${example}`,
        ]
      : []),
  ]);
}

/** Names such as a pattern takes, as far as that is easily seen: of a choice in parentheses the first, with a stranger's word in what is left open. */
function examplesOf(pattern: string): readonly string[] {
  const alternatives = pattern
    .replaceAll(/\((?:\?:)?((?:[^()|\\]|\\.)*)\|(?:[^()\\]|\\.)*\)/g, '$1')
    .split(/(?<!\\)\|/);
  return alternatives.map((one) =>
    one
      .replaceAll(
        /\\(\W)|(?:\.|\[(?:[^\]\\]|\\.)*\]|\\\w)(?:[*+?]|\{\d+(?:,\d*)?\})?/g,
        (open, literal?: string) => literal ?? fillingOf(open),
      )
      .replaceAll(/\(\?:|[()^$]/g, ''),
  );
}

/** @param open a part of a pattern that takes more than one text. */
function fillingOf(open: string): string {
  try {
    const part = new RegExp(`^${open}$`, 'u');
    return [word, '.', 'x', '1'].find((one) => part.test(one)) ?? 'x';
  } catch {
    // Something like a reference to a group, which means nothing alone.
    return 'x';
  }
}

/** Whether a name meets a rule. */
export function meets(name: string, rule: NameRule): boolean {
  if (rule.kind === 'exact') return name === rule.name;
  return firstTaken(rule.pattern, [name])?.name === name;
}

/** The first of some names that a pattern takes, if it takes one; undefined when that cannot be found out in time. */
function firstTaken(pattern: RegExp, names: readonly string[]): { readonly name: string | undefined } | undefined {
  try {
    // Only a script can be stopped in the middle of a match.
    const script = 'names.find((name) => pattern.test(name))';
    return { name: runInNewContext(script, { pattern, names }, { timeout: matchingMilliseconds }) };
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
