import { formatCount } from '@harbor-pilot/core';
import type { ReportedDigest, VerifiedImage, VerifyReport } from '@harbor-pilot/step-kit';
import { formatTime } from './format.ts';
import { first, plain } from './plain.ts';
import {
  describeProof,
  describeSigner,
  describeStates,
  describeTrustRoot,
  stateTone,
  stateWords,
  verifyHeadline,
} from './verify-words.ts';

const imageLimit = 100;
const digestLimit = 100;
const entryLimit = 20;
const marks = { good: '✓', warning: '!', bad: '✗', open: '-' } as const;

/**
 * What a run of `verify` found as lines for a terminal or a log, without a line break at the end. Every line begins with
 * words of ours, so that no text of others is taken for a command to a CI.
 */
export function renderVerifyText(report: VerifyReport): string {
  const { tone, title } = verifyHeadline(report);
  const { shown, more } = first(report.images, imageLimit);
  const trustRoot = describeTrustRoot(report);
  return [
    `${marks[tone]} ${title}: ${plain(report.subject)}`,
    ...(report.scope === 'project' ? [`  ${describeStates(report)}`] : []),
    ...shown.flatMap((image) => (report.scope === 'project' ? imageLines(image) : digestLines(image))),
    ...(more > 0 ? [`  and ${formatCount(more, 'image')} more`] : []),
    '  Whose signatures count:',
    ...bullets(report.terms.signers, '-'),
    ...bullets(report.terms.rules, '-'),
    ...(trustRoot === undefined ? [] : [`  Trust root: ${plain(trustRoot)}`]),
    ...report.terms.waivers.map((waiver) => `  ! NOT asked for, by insecure-ignore-${plain(waiver)}: ${plain(waiver)}`),
    ...bullets(report.warnings, '!'),
  ].join('\n');
}

function bullets(sentences: readonly string[], mark: string): readonly string[] {
  const { shown, more } = first(sentences, entryLimit);
  return [...shown.map((one) => `    ${mark} ${plain(one)}`), ...(more > 0 ? [`    ${mark} and ${more} more`] : [])];
}

/** One image of many: what it is, and the digests that are not signed when it is an index. */
function imageLines({ image, tags, digest, state, digests }: VerifiedImage): readonly string[] {
  const { title } = stateWords[state];
  const names = tags.length === 0 ? 'untagged' : first(tags, 5).shown.join(', ');
  const wrong = digests.filter((one) => one.state !== 'signed' && one.digest !== digest);
  const { shown, more } = first(wrong, entryLimit);
  return [
    `  ${marks[stateTone(state)]} ${title}: ${plain(image)} (${plain(names)}) ${digest}`,
    ...shown.map((one) => `      ${nameOf(one, digest)} ${one.digest}: ${stateWords[one.state].title}`),
    ...(more > 0 ? [`      and ${more} more`] : []),
  ];
}

/** One image in full: who signed each digest, with what, and when. */
function digestLines({ digest, digests, state }: VerifiedImage): readonly string[] {
  const { shown, more } = first(digests, digestLimit);
  const { meaning, advice } = stateWords[state];
  return [
    ...shown.flatMap((one) => [
      `  ${marks[stateTone(one.state)]} ${nameOf(one, digest)} ${one.digest}: ${stateWords[one.state].title}`,
      ...factLines(one),
    ]),
    ...(more > 0 ? [`  and ${formatCount(more, 'digest')} more`] : []),
    ...(state === 'signed' ? [] : [`  ${meaning}`, `  → ${advice}`]),
  ];
}

function factLines(one: ReportedDigest): readonly string[] {
  const facts = factsOf(one);
  const { shown, more } = first(facts, entryLimit);
  return [...shown.map((fact) => `      ${plain(fact)}`), ...(more > 0 ? [`      and ${more} more`] : [])];
}

/** What is known of the signatures and attestations of a digest, one sentence each. */
export function factsOf(one: ReportedDigest): readonly string[] {
  return [
    ...one.signatures.map((signature) => {
      const when = signature.signedAt === undefined ? '' : `, ${formatTime(signature.signedAt)}`;
      const repository = signature.signedFor === undefined ? '' : `, for ${signature.signedFor}`;
      return `by ${describeSigner(signature.signer)} (${describeProof(signature)}${when}${repository}), ${signature.format} ${signature.signatureDigest}`;
    }),
    ...one.refused.map(
      ({ because, reason, format, signatureDigest }) =>
        `does not count: ${stateWords[because].title}${reason === undefined ? '' : `, ${reason}`}, ${format} ${signatureDigest}`,
    ),
    ...one.attestations.map(
      ({ type, outcome, signer, because }) =>
        `attestation ${type}: ${outcome}${signer === undefined ? '' : ` by ${describeSigner(signer)}`}${because === undefined ? '' : `, ${because}`}`,
    ),
    ...(one.state !== 'signed' && one.attestationCount > 0
      ? [`has ${formatCount(one.attestationCount, 'attestation')}`]
      : []),
    ...(one.notationCount > 0
      ? [`has ${formatCount(one.notationCount, 'signature')} of Notation, not verified here`]
      : []),
    ...(one.trouble === undefined ? [] : [one.trouble]),
  ];
}

/** `index`, `image`, or the platform of an image in an index. */
export function nameOf({ digest, platform }: ReportedDigest, root: string): string {
  if (platform !== undefined) return plain(platform);
  return digest === root ? 'itself' : 'part';
}
