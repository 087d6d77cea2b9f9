import { formatCount } from '@harbor-pilot/core';
import { type SignatureState, signatureStates, type VerifiedImage, type VerifyReport } from '@harbor-pilot/step-kit';
import { formatTime } from './format.ts';
import { markdownCode, markdownSentence, markdownText } from './markdown-escape.ts';
import { details, symbols, table } from './markdown-parts.ts';
import { first } from './plain.ts';
import { factsOf, nameOf } from './verify-text.ts';
import {
  describeProof,
  describeSigner,
  describeStates,
  describeTrustRoot,
  stateTone,
  stateWords,
  verifyHeadline,
} from './verify-words.ts';

/** The summary of a job takes 1 MiB (https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions); 200 rows are far below. */
const rowLimit = 200;
const entryLimit = 30;

/** What a run of `verify` found as Markdown, for the summary of a CI job. */
export function renderVerifyMarkdown(report: VerifyReport): string {
  const { tone, title } = verifyHeadline(report);
  const { terms } = report;
  const blocks = [
    `## ${symbols[tone]} ${markdownText(title)}`,
    markdownCode(report.subject),
    ...(report.scope === 'project' ? [`**${markdownText(describeStates(report))}**`, imageTable(report.images)] : []),
    ...(report.scope === 'image' ? report.images.flatMap(digestBlocks) : []),
    waiverBlock(terms.waivers),
    report.warnings.length === 0 ? '' : `**Worth knowing**\n\n${bullets(report.warnings)}`,
    meaningBlock(report),
    termsBlock(report),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function bullets(sentences: readonly string[]): string {
  const { shown, more } = first(sentences, entryLimit);
  return [...shown.map((one) => `- ${markdownSentence(one)}`), ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}

function result(state: SignatureState): string {
  return `${symbols[stateTone(state)]} ${stateWords[state].title}`;
}

function imageTable(images: readonly VerifiedImage[]): string {
  if (images.length === 0) return '';
  const { shown, more } = first(images, rowLimit);
  const rows = shown.map(({ state, image, tags, digest, digests }) => [
    result(state),
    markdownText(image),
    markdownText(tags.length === 0 ? 'untagged' : first(tags, 5).shown.join(', ')),
    markdownCode(digest),
    String(digests.filter((one) => one.state !== 'signed').length),
  ]);
  const rest = more === 0 ? '' : `\n\nand ${formatCount(more, 'image')} more`;
  return `${table(['Result', 'Image', 'Tags', 'Digest', 'Digests that do not count'], rows)}${rest}`;
}

function digestBlocks({ digest, digests }: VerifiedImage): readonly string[] {
  const { shown, more } = first(digests, rowLimit);
  const rows = shown.map((one) => [
    result(one.state),
    markdownText(nameOf(one, digest)),
    markdownCode(one.digest),
    joined(one.signatures.map(({ signer }) => describeSigner(signer))),
    joined(one.signatures.map(describeProof)),
    joined(one.signatures.map(({ signedAt }) => (signedAt === undefined ? 'nobody says' : formatTime(signedAt)))),
  ]);
  const head = ['Result', 'What', 'Digest', 'Signed by', 'Verified with', 'When'];
  const rest = more === 0 ? '' : `\n\nand ${formatCount(more, 'digest')} more`;
  const facts = shown.flatMap((one) => factsOf(one).map((fact) => `${nameOf(one, digest)}: ${fact}`));
  return [
    `${table(head, rows)}${rest}`,
    ...(facts.length === 0 ? [] : [details('Signatures and attestations', bullets(facts))]),
  ];
}

function joined(sentences: readonly string[]): string {
  const { shown, more } = first([...new Set(sentences)], 3);
  return [...shown.map((one) => markdownSentence(one)), ...(more > 0 ? [`and ${more} more`] : [])].join('<br>');
}

function waiverBlock(waivers: readonly string[]): string {
  if (waivers.length === 0) return '';
  const list = waivers.map((waiver) => `insecure-ignore-${waiver}`).join(', ');
  return `**${symbols.warning} Not asked for, on request: ${markdownSentence(list)}**`;
}

/** What the results mean that are not good, worst first. */
function meaningBlock({ counts, images }: VerifyReport): string {
  const seen = new Set([...Object.keys(counts), ...images.flatMap(({ digests }) => digests.map(({ state }) => state))]);
  const bad = signatureStates.filter((state) => state !== 'signed' && seen.has(state)).reverse();
  return bad
    .map((state) => {
      const { title, meaning, advice } = stateWords[state];
      return `- **${title}**: ${meaning} ${advice}`;
    })
    .join('\n');
}

function termsBlock(report: VerifyReport): string {
  const { signers, rules } = report.terms;
  const trustRoot = describeTrustRoot(report);
  const lines = [...signers, ...rules, ...(trustRoot === undefined ? [] : [`Trust root: ${trustRoot}`])];
  return details('Whose signatures count', bullets(lines));
}
