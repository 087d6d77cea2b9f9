import { formatBytes, formatCount } from '@harbor-pilot/core';
import type { ReleaseRecord, SignaturePart } from '@harbor-pilot/step-kit';
import { formatSeconds } from './format.ts';
import { countsOf, headlineOf, policyOf, totalSeconds } from './headline.ts';
import { placesOf } from './places.ts';
import { first, plain } from './plain.ts';

const listLimit = 10;

/** A record as plain lines for a terminal or a log, without a line break at the end. */
export function renderText(record: ReleaseRecord): string {
  const { title, sentence, reasons } = headlineOf(record);
  const seconds = totalSeconds(record);
  const { runUrl } = record.run;
  return [
    `${title}: ${plain(record.image)}@${record.digest}`,
    ...(reasons.length === 0 ? [line('', plain(sentence))] : []),
    ...buildLines(record),
    ...placeLines(record),
    ...signatureLines(record),
    ...gateLines(record),
    ...(record.tags === undefined || record.tags.length === 0 ? [] : [line('tags', plain(record.tags.join(', ')))]),
    ...rolloutLines(record),
    ...(runUrl === undefined ? [] : [line('run', plain(runUrl))]),
    ...(seconds === undefined ? [] : [line('took', formatSeconds(seconds))]),
  ].join('\n');
}

function line(name: string, text: string): string {
  return `  ${name.padEnd(10)} ${text}`.trimEnd();
}

function reasonLines(reasons: readonly string[]): string[] {
  const { shown, more } = first(reasons, listLimit);
  return [
    ...shown.map((reason) => line('', `- ${plain(reason)}`)),
    ...(more > 0 ? [line('', `- and ${more} more`)] : []),
  ];
}

function buildLines({ build }: ReleaseRecord): string[] {
  if (build === undefined) return [];
  const images = build.platforms.map(({ platform, sizeBytes }) => `${plain(platform)} ${formatBytes(sizeBytes)}`);
  return [line('build', `${images.join(', ')} (${formatSeconds(build.durationSeconds)})`)];
}

function placeLines(record: ReleaseRecord): string[] {
  const { shown, more } = first(placesOf(record), listLimit);
  return [
    ...shown.flatMap(({ image, tags, origin, sent, blobs }, index) => [
      line(index === 0 ? 'where' : '', plain(`${image}: ${tags.join(', ')}`)),
      line('', `sent: ${sent}; blobs: ${blobs}; ${plain(origin)}`),
    ]),
    ...(more > 0 ? [line('', `and ${formatCount(more, 'repository', 'repositories')} more`)] : []),
  ];
}

function signerLine({ keyId, certificate }: SignaturePart): string {
  if (certificate === undefined) return `key ${plain(keyId)}`;
  return `by ${plain(certificate.identity)}, for whom ${plain(certificate.issuer)} vouched`;
}

function signatureLines({ signature }: ReleaseRecord): string[] {
  if (signature === undefined) return [];
  const accepted = signature.acceptedByHarbor ? 'accepted by Harbor' : 'not listed by Harbor';
  return [
    line('signature', `${signature.format}, ${accepted}, ${formatCount(signature.signed.length, 'digest')} signed`),
    line('', signerLine(signature)),
  ];
}

function gateLines({ gate }: ReleaseRecord): string[] {
  if (gate === undefined) return [];
  const counts = countsOf(gate).filter(([, count]) => count > 0);
  return [
    line('gate', `${gate.verdict}: ${plain(policyOf(gate))} (${formatSeconds(gate.durationSeconds)})`),
    ...(counts.length === 0
      ? []
      : [line('', counts.map(([severity, count]) => `${count} ${plain(severity).toLowerCase()}`).join(', '))]),
    ...reasonLines(gate.reasons),
  ];
}

function rolloutLines({ rollout }: ReleaseRecord): string[] {
  if (rollout === undefined) return [];
  const { shown, more } = first(rollout.workloads, listLimit);
  return [
    line('rollout', `${rollout.outcome} in ${plain(rollout.namespace)} (${formatSeconds(rollout.durationSeconds)})`),
    ...shown.map(({ kind, name, readyReplicas, replicas }) =>
      line('', `${plain(kind)}/${plain(name)}: ${readyReplicas} of ${replicas} ready`),
    ),
    ...(more > 0 ? [line('', `and ${formatCount(more, 'workload')} more`)] : []),
    ...reasonLines(rollout.reasons),
  ];
}
