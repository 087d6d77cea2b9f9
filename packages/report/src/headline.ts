import { formatBytes, formatCount } from '@harbor-pilot/core';
import type { PromotionPart, ReleaseRecord } from '@harbor-pilot/step-kit';
import { parseTime } from './format.ts';
import { plain } from './plain.ts';

/** How something ended; it decides on colour and symbol. */
export type Tone = 'good' | 'warning' | 'bad' | 'open';

/** What a release came to, in a few words and in a sentence. */
export interface Headline {
  readonly tone: Tone;
  readonly title: string;
  readonly sentence: string;
  /** Why it was not released: the reasons of the part of the record that ended it. Empty otherwise. */
  readonly reasons: readonly string[];
}

/** What a release came to. */
export function headlineOf(record: ReleaseRecord): Headline {
  const { gate, rollout, outcome } = record;
  if (outcome === 'rollout-failed' || (rollout !== undefined && rollout.outcome !== 'complete')) {
    const isUndone = rollout?.outcome === 'undone';
    const reasons = rollout?.reasons ?? [];
    return {
      tone: isUndone ? 'warning' : 'bad',
      title: isUndone ? 'Rollout undone' : 'Rollout failed',
      sentence: reasons[0] ?? 'The workloads did not become ready with this image.',
      reasons,
    };
  }
  const reasons = gate?.verdict === 'refused' ? gate.reasons : [];
  if (outcome === 'released' && reasons.length > 0) {
    const sentence = `${releasedSentence(record)} The policy lets a refused image through.`;
    return { tone: 'warning', title: 'Released though the scan gate refused it', sentence, reasons };
  }
  if (outcome === 'refused' || gate?.verdict === 'refused') {
    const sentence = reasons[0] ?? 'A policy refused the image.';
    return { tone: 'bad', title: 'Refused by the scan gate', sentence, reasons };
  }
  return { ...plainHeadline(record), reasons: [] };
}

function plainHeadline(record: ReleaseRecord): Omit<Headline, 'reasons'> {
  if (record.outcome === 'released') return { tone: 'good', title: 'Released', sentence: releasedSentence(record) };
  if (record.outcome === 'failed') {
    return { tone: 'bad', title: 'Failed', sentence: 'It ended before it was released; the log of the run says why.' };
  }
  if (record.outcome === 'interrupted') {
    return { tone: 'bad', title: 'Interrupted', sentence: 'Somebody, or the CI, ended it before it was released.' };
  }
  return { tone: 'open', title: 'Not finished', sentence: 'Later steps add to this record.' };
}

function releasedSentence({ tags = [], rollout }: ReleaseRecord): string {
  const tagged = tags.length === 0 ? 'No tag was moved' : `Tagged ${tags.join(', ')}`;
  if (rollout === undefined) return `${tagged}.`;
  return `${tagged}; running in ${formatCount(rollout.workloads.length, 'workload')} of the namespace ${rollout.namespace}.`;
}

/** One station of a release. */
export interface Stage {
  readonly name: string;
  /** Absent when the release did not come this far. */
  readonly result?: { readonly tone: Tone; readonly words: string; readonly durationSeconds?: number };
}

/** The stations of a release in their order, reached or not. */
export function stagesOf(record: ReleaseRecord): readonly Stage[] {
  const { build, push, signature, gate, tags, rollout, promotions = [] } = record;
  return [
    stage('Build', build, ({ platforms }) => ['good', formatCount(platforms.length, 'platform')]),
    stage('Push', push, ({ sentBytes, destinations = [] }) => [
      'good',
      `${formatBytes(sentBytes)} sent${destinations.length > 1 ? ` to ${repositories(destinations)}` : ''}`,
    ]),
    stage('Sign', signature, ({ acceptedByHarbor }) =>
      acceptedByHarbor ? ['good', 'accepted by Harbor'] : ['warning', 'not listed by Harbor'],
    ),
    stage('Gate', gate, ({ verdict }) => [verdict === 'passed' ? 'good' : 'bad', verdict]),
    tags === undefined || tags.length === 0
      ? { name: 'Tag' }
      : { name: 'Tag', result: { tone: 'good', words: plain(tags.join(', '), 60) } },
    stage('Roll out', rollout, ({ outcome }) => [rolloutTones[outcome], outcome]),
    // Not part of every release, so it is no station that one could miss.
    ...(promotions.length === 0 ? [] : [promoteStage(promotions)]),
  ];
}

function promoteStage(promotions: readonly PromotionPart[]): Stage {
  const durationSeconds = promotions.reduce((sum, promotion) => sum + promotion.durationSeconds, 0);
  return { name: 'Promote', result: { tone: 'good', words: `to ${repositories(promotions)}`, durationSeconds } };
}

function repositories(list: readonly unknown[]): string {
  return formatCount(list.length, 'repository', 'repositories');
}

/** What each end of a rollout means. */
export const rolloutTones = { complete: 'good', undone: 'warning', failed: 'bad' } as const satisfies Record<
  string,
  Tone
>;

function stage<Part extends { readonly durationSeconds: number }>(
  name: string,
  part: Part | undefined,
  describe: (part: Part) => readonly [Tone, string],
): Stage {
  if (part === undefined) return { name };
  const [tone, words] = describe(part);
  return { name, result: { tone, words, durationSeconds: part.durationSeconds } };
}

/** How long the whole release took, in seconds; undefined while it is not finished. */
export function totalSeconds({ startedAt, finishedAt }: ReleaseRecord): number | undefined {
  const start = parseTime(startedAt);
  const end = parseTime(finishedAt ?? '');
  return start === undefined || end === undefined || end < start ? undefined : (end - start) / 1000;
}

/** The policy of a gate in words: `refuses high or worse, only what has a fix`. */
export function policyOf({ severityCutoff, onlyFixed }: NonNullable<ReleaseRecord['gate']>): string {
  if (severityCutoff === 'none') return 'refuses nothing, only reports';
  const least = severityCutoff === 'critical' ? 'critical' : `${severityCutoff} or worse`;
  return `refuses ${least}${onlyFixed ? ', only what has a fix' : ''}`;
}

const knownSeverities = ['Critical', 'High', 'Medium', 'Low', 'Negligible', 'Unknown'];

/** How many vulnerabilities there are of each severity, worst first, with the ones of a name that nobody knows at the end. */
export function countsOf(gate: NonNullable<ReleaseRecord['gate']>): readonly (readonly [string, number])[] {
  const others = Object.keys(gate.counts).filter((severity) => !knownSeverities.includes(severity));
  return [...knownSeverities, ...others.slice(0, 4)].map((severity) => [severity, gate.counts[severity] ?? 0]);
}
