import { formatCount, formatNumber } from '@harbor-pilot/core';
import type { GateReport, JudgedVulnerability } from '@harbor-pilot/step-kit';
import { refusedFirst } from '../gate-summary/gate-tally.ts';
import { html, type SafeHtml, trusted } from '../html.ts';
import { severityClass, severityClasses } from '../severity-chart.ts';
import { exceptionAddresses } from './gate-exceptions.ts';
import { type RowStyle, row } from './gate-row.ts';

/**
 * So many are told in full, and hardly an image that somebody wants to release has more. Browsers filter and sort so many
 * rows without a long pause. Of the others the page has the counts, and the JSON and CSV reports have all.
 */
const rowLimit = 3000;

interface Column {
  readonly title: string;
  /** The order that a first press asks for. */
  readonly first: 'ascending' | 'descending';
  readonly isNumber?: boolean;
}

/** The table of all vulnerabilities with its filter, the refused ones first, else in the order of the report. */
export function* vulnerabilitySection(report: GateReport): Generator<SafeHtml> {
  const { vulnerabilities } = report;
  const rowStyle = rowStyleOf(report);
  yield html`<section aria-labelledby="vulnerabilities"><h3 id="vulnerabilities">Vulnerabilities</h3>
${vulnerabilities.length === 0 ? html`<p>None were found.</p>` : undefined}`;
  if (vulnerabilities.length > 0) yield* table(report, rowStyle);
  yield trusted('</section>\n');
}

function* table(report: GateReport, rowStyle: RowStyle): Generator<SafeHtml> {
  const shown = refusedFirst(report.vulnerabilities, rowLimit);
  const columns = headOf(rowStyle);
  yield html`<div class="filterable">
${filter(shown, report, columns)}
<a class="skip" href="#where">Skip the table</a>
<div class="scroll" role="region" tabindex="0" aria-label="Table of vulnerabilities">
<table class="stacking sortable" id="table">
<thead><tr>${columns.map(
    ({ title, first, isNumber }) =>
      html`<th scope="col" data-first="${first}"${isNumber === true ? html` class="number"` : undefined}>${title}</th>`,
  )}</tr></thead>
<tbody>
`;
  for (const found of shown) yield row(found, rowStyle);
  const left = report.vulnerabilities.length - shown.length;
  yield html`</tbody>
</table>
</div>
${left > 0 ? html`<p class="muted">${formatCount(left, 'vulnerability', 'vulnerabilities')} more, after the refused and the worst ones, ${left === 1 ? 'is' : 'are'} not listed here; the counts and the verdict include them, and the JSON and CSV reports have all.</p>` : undefined}
</div>`;
}

function rowStyleOf(report: GateReport): RowStyle {
  const { vulnerabilities, platforms } = report;
  return {
    hasEpss: vulnerabilities.some(({ epss }) => epss !== undefined),
    platforms: new Map(platforms.map((platform, place) => [platform, place])),
    exceptions: exceptionAddresses(report),
  };
}

function headOf({ hasEpss }: RowStyle): readonly Column[] {
  return [
    { title: 'Vulnerability', first: 'descending' },
    { title: 'Severity', first: 'descending' },
    { title: 'CVSS', first: 'descending', isNumber: true },
    ...(hasEpss ? [{ title: 'EPSS', first: 'descending', isNumber: true } as const] : []),
    { title: 'Package', first: 'ascending' },
    { title: 'Fixed in', first: 'ascending' },
    { title: 'Decision', first: 'descending' },
  ];
}

function filter(
  shown: readonly JudgedVulnerability[],
  { platforms, baseline }: GateReport,
  columns: readonly Column[],
): SafeHtml {
  const present = new Set(shown.map(({ severity }) => severityClass(severity)));
  const severities = severityClasses.filter((name) => present.has(name));
  const outcomes = ['refused', 'excepted', 'allowed'].filter((name) => shown.some(({ outcome }) => outcome === name));
  return html`<div class="filter script-only" role="search" aria-label="Filter the vulnerabilities">
<label class="search">Search <input type="search" placeholder="name, package, version, path, title" autocomplete="off" spellcheck="false" aria-controls="table"></label>
<fieldset data-field="severity"><legend>Severity</legend>${severities.map((severity) =>
    choice(severity, html`<span class="badge ${severity}">${severity}</span>`),
  )}</fieldset>
<fieldset data-field="outcome"><legend>Decision</legend>${outcomes.map((outcome) => choice(outcome, html`${outcome}`))}</fieldset>
<div class="choices">${only('fixable', 'only with a fix')}${baseline === undefined ? undefined : only('new', 'only new')}${
    shown.some(({ isKnownExploited }) => isKnownExploited === true)
      ? only('exploited', 'only known exploited')
      : undefined
  }</div>
${
  platforms.length < 2
    ? undefined
    : html`<label>Platform <select data-field="platform"><option value="">any</option>${platforms.map(
        (platform, place) => html`<option value="${place}">${platform}</option>`,
      )}</select></label>`
}
<label class="order">Order <select data-sorts="table"><option value="">worst first</option>${columns.map(
    ({ title }, place) => html`<option value="${place}">by ${title.toLowerCase()}</option>`,
  )}</select></label>
<output aria-live="polite">${formatNumber(shown.length)} shown</output>
</div>`;
}

function choice(value: string, words: SafeHtml): SafeHtml {
  return html`<label class="choice"><input type="checkbox" value="${value}" checked> ${words}</label>`;
}

function only(kind: string, words: string): SafeHtml {
  return html`<label class="choice"><input type="checkbox" data-field="is" value="${kind}"> ${words}</label>`;
}
