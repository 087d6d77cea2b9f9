import { formatCount } from '@harbor-pilot/core';
import type { Examination, ExaminedCheck } from '@harbor-pilot/step-kit';
import type { Tone } from './headline.ts';

/** How a check ended. */
type Status = ExaminedCheck['status'];

/** The tone of each way to end. */
export const statusTones = { ok: 'good', warning: 'warning', failed: 'bad', skipped: 'open' } as const satisfies Record<
  Status,
  Tone
>;

const areaTitles: Readonly<Record<string, string>> = {
  network: 'Network',
  tls: 'TLS',
  login: 'Login',
  project: 'Project',
  policies: 'Policies',
  content: 'Content',
  cluster: 'Cluster',
};

/** The name of a part of the way, for a heading. */
export function areaTitle(area: string): string {
  return areaTitles[area] ?? area;
}

/** How many checks ended how: `7 ok, 1 warning, 1 failed, 3 skipped`. */
export function describeCounts(checks: readonly ExaminedCheck[]): string {
  const count = (status: Status): number => checks.filter((check) => check.status === status).length;
  return `${count('ok')} ok, ${formatCount(count('warning'), 'warning')}, ${count('failed')} failed, ${count('skipped')} skipped`;
}

/** What an examination came to. */
export interface Diagnosis {
  readonly tone: Tone;
  readonly title: string;
  /** The first check that failed: what comes after it may follow from it. */
  readonly cause?: ExaminedCheck;
}

/** What an examination came to. */
export function diagnose({ checks }: Examination): Diagnosis {
  const cause = checks.find(({ status }) => status === 'failed');
  if (cause !== undefined) return { tone: 'bad', title: `Failed: ${cause.title}`, cause };
  const hasWarnings = checks.some(({ status }) => status === 'warning');
  return hasWarnings
    ? { tone: 'warning', title: 'It works, with warnings' }
    : { tone: 'good', title: 'Nothing is wrong' };
}

/** What was examined: `harbor.example.com, project shop/hello, as robot$shop+ci`. */
export function describeSubject({ host, repository, username }: Examination): string {
  const where = repository === undefined ? '' : `/${repository}`;
  return `${host}${where}, as ${username ?? 'nobody'}`;
}

/** The checks of each part of the way, in their order. */
export function byArea(checks: readonly ExaminedCheck[]): readonly (readonly [string, readonly ExaminedCheck[]])[] {
  return [...Map.groupBy(checks, ({ area }) => area)];
}
