import { formatBytes, formatCount } from '@harbor-pilot/core';
import type { GatePart, ReleaseRecord, RolloutPart, SignaturePart } from '@harbor-pilot/step-kit';
import { formatSeconds } from './format.ts';
import { countsOf, headlineOf, policyOf, type Stage, stagesOf, totalSeconds } from './headline.ts';
import { isWebAddress } from './links.ts';
import { markdownCode, markdownText } from './markdown-escape.ts';
import { details, link, symbols, table } from './markdown-parts.ts';
import { placesOf } from './places.ts';
import { first } from './plain.ts';

const vulnerabilityLimit = 50;
const listLimit = 30;

/**
 * A record as Markdown for the summary of a GitHub job, a GitLab comment or a Jenkins page. It stays below 100 kB, far
 * from the 1 MiB that GitHub takes.
 */
export function renderMarkdown(record: ReleaseRecord): string {
  const { tone, title, sentence } = headlineOf(record);
  const blocks = [
    `## ${symbols[tone]} ${title}: ${markdownText(record.image)}`,
    markdownText(sentence),
    markdownCode(`${record.image}@${record.digest}`),
    stageTable(stagesOf(record)),
    ...platformBlock(record),
    ...placeBlocks(record),
    ...signatureBlock(record),
    ...(record.gate === undefined ? [] : gateBlocks(record.gate)),
    ...(record.rollout === undefined ? [] : rolloutBlocks(record.rollout)),
    footer(record),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function bullets(entries: readonly string[]): string {
  const { shown, more } = first(entries, listLimit);
  return [...shown.map((entry) => `- ${markdownText(entry)}`), ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}

function stageTable(stages: readonly Stage[]): string {
  return table(
    stages.map(({ name }) => name),
    [
      stages.map(({ result }) =>
        result === undefined ? '–' : `${symbols[result.tone]} ${markdownText(result.words)}`,
      ),
      stages.map(({ result }) => (result?.durationSeconds === undefined ? '' : formatSeconds(result.durationSeconds))),
    ],
  );
}

function platformBlock({ build }: ReleaseRecord): string[] {
  if (build === undefined || build.platforms.length === 0) return [];
  return [
    table(
      ['Platform', 'Size', 'Digest'],
      build.platforms
        .slice(0, listLimit)
        .map(({ platform, sizeBytes, digest }) => [
          markdownText(platform),
          formatBytes(sizeBytes),
          markdownCode(digest),
        ]),
    ),
  ];
}

function placeBlocks(record: ReleaseRecord): string[] {
  const { shown, more } = first(placesOf(record), listLimit);
  if (shown.length === 0) return [];
  const rows = shown.map(({ image, tags, origin, sent, blobs }) => [
    ...[image, tags.join(', '), origin].map(markdownText),
    sent,
    blobs,
  ]);
  return [
    '### Where it is',
    table(['Repository', 'Tags', 'How it got there', 'Sent', 'Blobs'], rows),
    more > 0 ? `and ${formatCount(more, 'repository', 'repositories')} more` : '',
  ];
}

function signerText({ keyId, certificate }: SignaturePart): string {
  if (certificate === undefined) return `with the key ${markdownCode(keyId)}`;
  return `by ${markdownCode(certificate.identity)}, for whom ${markdownCode(certificate.issuer)} vouched`;
}

function signatureBlock({ signature }: ReleaseRecord): string[] {
  if (signature === undefined) return [];
  const accepted = signature.acceptedByHarbor ? 'accepted by Harbor' : 'not listed by Harbor';
  return [
    `**Signature**: ${signature.format}, ${accepted}, ${formatCount(signature.signed.length, 'digest')} signed ${signerText(signature)}`,
  ];
}

function gateBlocks(gate: GatePart): string[] {
  const counts = countsOf(gate);
  const scanner = gate.scanner === undefined ? '' : ` by ${markdownText(gate.scanner)}`;
  return [
    `### Scan gate: ${gate.verdict}`,
    `The policy ${markdownText(policyOf(gate))}. Scanned${scanner}.`,
    bullets(gate.reasons),
    table(
      counts.map(([severity]) => markdownText(severity)),
      [counts.map(([, count]) => String(count))],
    ),
    vulnerabilityBlock(gate),
  ];
}

function vulnerabilityBlock({ vulnerabilities, truncated }: GatePart): string {
  if (vulnerabilities.length === 0) return '';
  const { shown, more } = first(vulnerabilities, vulnerabilityLimit);
  const rows = shown.map((entry) => [
    `${entry.refused ? '❌ ' : ''}${markdownText(entry.id)}`,
    markdownText(entry.severity),
    entry.cvssScore === undefined ? '' : String(entry.cvssScore),
    markdownText(entry.package),
    markdownText(entry.version),
    entry.fixVersion === undefined ? '–' : markdownText(entry.fixVersion),
    markdownText(entry.platforms.join(', ')),
  ]);
  const left = more + truncated;
  return details(
    `${formatCount(vulnerabilities.length + truncated, 'vulnerability', 'vulnerabilities')}${left > 0 ? `, the ${shown.length} worst shown` : ''}`,
    table(['Vulnerability', 'Severity', 'CVSS', 'Package', 'Version', 'Fixed in', 'Platforms'], rows),
  );
}

function rolloutBlocks(rollout: RolloutPart): string[] {
  const { shown, more } = first(rollout.timeline, listLimit);
  const happened = shown.map(({ atSeconds, workload, message }) => [
    `+${formatSeconds(atSeconds)}`,
    markdownText(workload),
    markdownText(message),
  ]);
  return [
    `### Rollout: ${rollout.outcome}`,
    bullets(rollout.reasons),
    table(
      ['Workload', 'Revision', 'Ready'],
      rollout.workloads
        .slice(0, listLimit)
        .map(({ kind, name, revisionBefore, revision, readyReplicas, replicas }) => [
          markdownText(`${kind}/${name}`),
          `${revisionBefore ?? '–'} → ${revision ?? '–'}`,
          `${readyReplicas} of ${replicas}`,
        ]),
    ),
    happened.length === 0
      ? ''
      : details(
          `Timeline${more > 0 ? `, ${more} later events left out` : ''}`,
          table(['After', 'Workload', 'What happened'], happened),
        ),
  ];
}

function footer(record: ReleaseRecord): string {
  const seconds = totalSeconds(record);
  const { runUrl } = record.run;
  const parts = [
    ...(seconds === undefined ? [] : [`took ${formatSeconds(seconds)}`]),
    ...(runUrl !== undefined && isWebAddress(runUrl) ? [link(runUrl, 'run')] : []),
  ];
  return parts.join(' · ');
}
