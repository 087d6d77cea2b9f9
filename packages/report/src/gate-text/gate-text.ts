import { formatCount, formatNumber } from '@harbor-pilot/core';
import type { GateReport, JudgedVulnerability, ReportedException, Upgrade } from '@harbor-pilot/step-kit';
import { formatDay } from '../format.ts';
import { exceptionsByState } from '../gate-summary/gate-exceptions.ts';
import { allSeverities, type GateTally, refusedFirst, tallyOf } from '../gate-summary/gate-tally.ts';
import {
  describeBaseline,
  describePlatforms,
  describeSource,
  describeTally,
  gateHeadline,
  harborAnswers,
} from '../gate-summary/gate-words.ts';
import { first, plain } from '../plain.ts';
import { type Paint, type Paints, paintsOf } from './paint.ts';
import { type TextCell, textTable } from './text-table.ts';

/** How a report is told in text. */
export interface GateTextOptions {
  /** Whether the reader is a terminal that shows colours. */
  readonly isColoured?: boolean;
  /** How much room there is. */
  readonly columns?: number;
  /** How many vulnerabilities, upgrades and exceptions are listed each at most. */
  readonly rowLimit?: number;
  /** Path or address of the whole report, told where something is left out. */
  readonly wholeReport?: string;
}

/**
 * A report of the gate as lines for a terminal or a log, without a line break at the end. Every line begins with words of
 * ours, so that no text of others is taken for a command to a CI.
 */
export function renderGateText(
  report: GateReport,
  { isColoured = false, columns = 120, rowLimit = 20, wholeReport }: GateTextOptions = {},
): string {
  const paints = paintsOf(isColoured);
  const tally = tallyOf(report.vulnerabilities);
  const rest = (count: number, one: string, many?: string): readonly string[] =>
    count === 0
      ? []
      : [
          `  and ${formatCount(count, one, many)} more${wholeReport === undefined ? '' : `, see ${plain(wholeReport)}`}`,
        ];
  const shape: Shape = { paints, columns: columns - 2, rowLimit, rest };
  return [
    ...headLines(report, paints),
    ...(tally.all === 0 ? [] : bars(tally, shape)),
    `  ${describeTally(tally)}`,
    ...(report.baseline === undefined ? [] : [`  ${plain(describeBaseline(report.baseline))}`]),
    ...vulnerabilityLines(report.vulnerabilities, shape),
    ...upgradeLines(report.upgrades, shape),
    ...exceptionLines(report.exceptions, shape),
    ...policyLines(report, shape),
  ].join('\n');
}

/** What the parts of the text have in common. */
interface Shape {
  readonly paints: Paints;
  readonly columns: number;
  readonly rowLimit: number;
  /** Tells what a list leaves out. */
  readonly rest: (count: number, one: string, many?: string) => readonly string[];
}

const reasonLimit = 20;

function headLines(report: GateReport, paints: Paints): readonly string[] {
  const { tone, title } = gateHeadline(report);
  const mark = { good: '✓', warning: '!', bad: '✗', open: '-' }[tone];
  const paint = tone === 'open' ? paints.strong : paints[tone];
  return [
    `${paint(`${mark} ${title}:`)} ${plain(report.image)}@${report.digest}`,
    `  ${paints.faint(plain(`Found by ${describeSource(report.source)}, for ${describePlatforms(report.platforms)}`))}`,
    ...bullets(report.reasons, '-'),
    ...bullets(report.warnings, paints.warning('!')),
    '',
  ];
}

function bullets(sentences: readonly string[], mark: string): readonly string[] {
  const { shown, more } = first(sentences, reasonLimit);
  return [
    ...shown.map((sentence) => `  ${mark} ${plain(sentence)}`),
    ...(more > 0 ? [`  ${mark} and ${more} more`] : []),
  ];
}

const longestBar = 40;
const shortestBar = 8;
/** What is beside a bar: the severity, the number, and how many are refused. */
const besideBar = 36;

/** A bar for each severity: the full part is what is refused. */
function bars({ bySeverity }: GateTally, { columns, paints: { bySeverity: paints, faint } }: Shape): readonly string[] {
  const barColumns = Math.min(longestBar, Math.max(shortestBar, columns - besideBar));
  const most = Math.max(1, ...allSeverities.map((severity) => bySeverity[severity].all));
  return allSeverities.map((severity) => {
    const { all, refused } = bySeverity[severity];
    const length = (count: number): number => (count === 0 ? 0 : Math.max(1, Math.round((count / most) * barColumns)));
    const full = '█'.repeat(length(refused));
    const pale = '░'.repeat(Math.max(0, length(all) - full.length));
    const words = refused === 0 ? '' : ` ${formatNumber(refused)} refused`;
    return `  ${severity.padEnd(10)} ${formatNumber(all).padStart(7)}  ${paints[severity](full)}${faint(pale)}${words}`.trimEnd();
  });
}

/** `CVE-2026-1234567` and `GHSA-xxxx-xxxx-xxxx` fit: who cannot read the name cannot look it up. */
const longestId = 19;

function vulnerabilityLines(vulnerabilities: readonly JudgedVulnerability[], shape: Shape): readonly string[] {
  const { paints, columns, rowLimit, rest } = shape;
  if (vulnerabilities.length === 0) return [];
  const shown = refusedFirst(vulnerabilities, rowLimit);
  const outcomes: Readonly<Record<JudgedVulnerability['outcome'], Paint>> = {
    refused: paints.bad,
    excepted: paints.warning,
    allowed: paints.faint,
  };
  const rows = shown.map((found): readonly TextCell[] => [
    { text: found.outcome, paint: outcomes[found.outcome] },
    { text: severityOf(found), paint: paints.bySeverity[found.severity] },
    { text: plain(found.id), paint: paints.strong },
    { text: plain(`${found.package} ${found.version}`) },
    { text: plain(found.fixVersion ?? '–') },
    { text: plain(whyOf(found)), paint: paints.faint },
  ]);
  const head = ['Decision', 'Severity', 'Vulnerability', 'Package', 'Fixed in', 'Why'].map((text) => ({
    text,
    paint: paints.strong,
  }));
  return [
    '',
    ...textTable([head, ...rows], columns, [8, 8, longestId]).map((line) => `  ${line}`),
    ...rest(vulnerabilities.length - shown.length, 'vulnerability', 'vulnerabilities'),
  ];
}

function severityOf({ severity, countedAs }: JudgedVulnerability): string {
  return severity === countedAs ? severity : `${severity}, as ${countedAs}`;
}

function whyOf({ because, isNew, isKnownExploited }: JudgedVulnerability): string {
  return [...(isKnownExploited === true ? ['known exploited'] : []), because, ...(isNew === true ? ['new'] : [])].join(
    ', ',
  );
}

function upgradeLines(upgrades: readonly Upgrade[], { paints, columns, rowLimit, rest }: Shape): readonly string[] {
  if (upgrades.length === 0) return [];
  const { shown, more } = first(upgrades, rowLimit);
  const rows = shown.map((upgrade): readonly TextCell[] => [
    { text: `removes ${formatNumber(upgrade.removes.length)}` },
    upgrade.refused > 0 ? { text: `${formatNumber(upgrade.refused)} refused`, paint: paints.bad } : { text: '' },
    { text: plain(upgrade.package), paint: paints.strong },
    { text: plain(`${upgrade.from} → ${upgrade.to}`) },
    { text: upgrade.isFromBase === true ? 'base image' : '', paint: paints.faint },
  ]);
  return [
    '',
    `  ${paints.strong('What to upgrade')}`,
    ...textTable(rows, columns, [12, 12, 8, 36]).map((line) => `  ${line}`),
    ...rest(more, 'upgrade'),
  ];
}

function exceptionLines(exceptions: readonly ReportedException[], shape: Shape): readonly string[] {
  const { paints, columns, rowLimit, rest } = shape;
  if (exceptions.length === 0) return [];
  const { shown, more } = first(exceptionsByState(exceptions), rowLimit);
  const states = { used: paints.good, expiring: paints.warning, unused: paints.faint, expired: paints.bad };
  const rows = shown.map(({ id, reason, owner, expiresAt, from, state, ...exception }): readonly TextCell[] => [
    { text: state, paint: states[state] },
    { text: expiresAt === undefined ? 'no end' : `until ${plain(formatDay(expiresAt))}` },
    { text: plain(exception.package === undefined ? id : `${id} in ${exception.package}`), paint: paints.strong },
    { text: plain(owner ?? '–') },
    { text: plain(reason) },
    { text: plain(from), paint: paints.faint },
  ]);
  return [
    '',
    `  ${paints.strong('Exceptions')}`,
    ...textTable(rows, columns, [8, 16, longestId]).map((line) => `  ${line}`),
    ...rest(more, 'exception'),
  ];
}

function policyLines({ policy, harbor }: GateReport, { paints }: Shape): readonly string[] {
  return [
    '',
    `  ${paints.strong('Policy')}`,
    ...bullets(policy, '-'),
    ...(harbor === undefined
      ? []
      : [
          `  ${paints.strong(harborAnswers[harbor.pull])}`,
          ...bullets(harbor.reasons, '-'),
          ...bullets(harbor.differences, paints.warning('≠')),
        ]),
  ];
}
