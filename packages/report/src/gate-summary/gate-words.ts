import { formatCount, formatNumber } from '@harbor-pilot/core';
import type { GateReport } from '@harbor-pilot/step-kit';
import { formatDay } from '../format.ts';
import type { Tone } from '../headline.ts';
import { first } from '../plain.ts';
import type { Tally } from './gate-tally.ts';

/** What a gate came to, in a few words. */
export function gateHeadline({ verdict, failBuild }: GateReport): { readonly tone: Tone; readonly title: string } {
  if (verdict === 'passed') return { tone: 'good', title: 'Passed the scan gate' };
  return failBuild
    ? { tone: 'bad', title: 'Refused by the scan gate' }
    : { tone: 'warning', title: 'Refused by the scan gate, but the build goes on' };
}

/** What was found, and what became of it: `112 vulnerabilities: 12 refused, 3 excepted, 97 allowed`. */
export function describeTally({ all, refused, excepted, allowed }: Tally): string {
  if (all === 0) return 'No vulnerabilities were found.';
  const parts = [
    [refused, 'refused'],
    [excepted, 'excepted'],
    [allowed, 'allowed'],
  ] as const;
  const words = parts.filter(([number]) => number > 0).map(([number, outcome]) => `${formatNumber(number)} ${outcome}`);
  return `${formatCount(all, 'vulnerability', 'vulnerabilities')}: ${words.join(', ')}.`;
}

/** Who found the vulnerabilities, and when: `Trivy v0.68.2, scanned on 2026-11-22, with data of 2026-11-21`. */
export function describeSource({ name, scannedAt, dataUpdatedAt }: GateReport['source']): string {
  return [
    name,
    ...(scannedAt === undefined ? [] : [`scanned on ${formatDay(scannedAt)}`]),
    ...(dataUpdatedAt === undefined ? [] : [`with data of ${formatDay(dataUpdatedAt)}`]),
  ].join(', ');
}

const namedPlatforms = 8;

/** The platforms of an image; of an index of very many the first ones: `linux/amd64, linux/arm64`. */
export function describePlatforms(platforms: readonly string[]): string {
  const { shown, more } = first(platforms, namedPlatforms);
  return `${shown.join(', ')}${more > 0 ? ` and ${formatNumber(more)} more` : ''}`;
}

/** What changed since the baseline: `4 came and 7 are gone since 1.4.2`. */
export function describeBaseline({ name, added, removed }: NonNullable<GateReport['baseline']>): string {
  return `${formatNumber(added)} came and ${formatNumber(removed)} ${removed === 1 ? 'is' : 'are'} gone since ${name}.`;
}

/** What Harbor answers to a pull, in a sentence. */
export const harborAnswers = {
  allowed: 'Harbor lets this image be pulled.',
  refused: 'Harbor refuses pulls of this image.',
  unknown: 'What Harbor will answer to a pull could not be told.',
} as const;
