import { PilotError } from '@harbor-pilot/core';
import type { GateReport } from '@harbor-pilot/step-kit';
import type { GatePolicy } from './policy.ts';

const dayMilliseconds = 24 * 60 * 60 * 1000;

/** The rules about the age of the scan, in words. */
export function freshnessWords(policy: GatePolicy): readonly string[] {
  const { maxReportAgeSeconds: report, maxDataAgeSeconds: data } = policy;
  return [
    ...(report === undefined ? [] : [`The scan must not be older than ${age(report)}.`]),
    ...(data === undefined ? [] : [`The data of the scanner must not be older than ${age(data)}.`]),
  ];
}

/**
 * Refuses to judge by a scan that is too old, or of which nobody knows how old it is.
 * @throws PilotError SCAN_OUTDATED
 */
export function requireFresh(source: GateReport['source'], policy: GatePolicy, now: Date): void {
  const { maxReportAgeSeconds, maxDataAgeSeconds } = policy;
  requireAge('the scan', source.scannedAt, maxReportAgeSeconds, now, 'Scan the image again, then run this again.');
  requireAge(
    `the vulnerability data of ${source.name}`,
    source.dataUpdatedAt,
    maxDataAgeSeconds,
    now,
    'Have the scanner update its data and scan the image again.',
  );
}

function requireAge(
  what: string,
  moment: string | undefined,
  limitSeconds: number | undefined,
  now: Date,
  hint: string,
): void {
  if (limitSeconds === undefined) return;
  const time = Date.parse(moment ?? '');
  // A date that is more than a day ahead is wrong, and would never be too old.
  if (Number.isNaN(time) || time - now.getTime() > dayMilliseconds) {
    throw new PilotError(
      'SCAN_OUTDATED',
      `nobody tells how old ${what} is; the policy wants at most ${age(limitSeconds)}`,
      {
        hint: 'Leave out this rule of the policy, or take a scanner that tells it.',
      },
    );
  }
  const seconds = (now.getTime() - time) / 1000;
  if (seconds <= limitSeconds) return;
  throw new PilotError(
    'SCAN_OUTDATED',
    `${what} is of ${new Date(time).toISOString()}, ${age(seconds)} ago; the policy wants at most ${age(limitSeconds)}`,
    { hint },
  );
}

function age(seconds: number): string {
  const [count, unit] =
    seconds >= 172_800
      ? [seconds / 86_400, 'days']
      : seconds >= 7200
        ? [seconds / 3600, 'hours']
        : seconds >= 120
          ? [seconds / 60, 'minutes']
          : [seconds, 'seconds'];
  return `${Number(count.toFixed(1))} ${unit}`;
}
