import { formatNumber } from '@harbor-pilot/core';
import { html, type SafeHtml } from './html.ts';

/** The classes of the style that give a severity its colour, worst first. */
export const severityClasses: readonly string[] = ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'];

/** The class of a severity; of those of a name that nobody knows the class of the unknown. */
export function severityClass(severity: string): string {
  return severityClasses.find((name) => name === severity.toLowerCase()) ?? 'unknown';
}

/** One bar of the chart. */
export interface SeverityBar {
  readonly severity: string;
  readonly count: number;
  /** How many of them are refused: the full part of the bar, the rest of which is pale. Absent when this is of no interest. */
  readonly refused?: number;
}

const rowHeight = 32;

/**
 * Horizontal bars; lengths are shares of the largest count, so that the text keeps its size on any screen.
 * @param lastRefused place of the bar below which the cutoff of the policy is drawn.
 */
export function severityChart(bars: readonly SeverityBar[], id: string, lastRefused?: number): SafeHtml {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const cutoff = lastRefused === undefined ? undefined : (lastRefused + 1) * rowHeight;
  return html`<svg class="chart" width="100%" height="${bars.length * rowHeight}" role="img" aria-labelledby="${id}-chart-title ${id}-chart-text">
<title id="${id}-chart-title">Vulnerabilities by severity</title><desc id="${id}-chart-text">${bars.map(words).join(', ')}</desc>
${bars.map((bar, row) => drawn(bar, row * rowHeight, most))}${
  cutoff === undefined ? undefined : html`<line class="cutoff" x1="0" x2="100%" y1="${cutoff}" y2="${cutoff}"/>`
}</svg>`;
}

function words({ severity, count, refused = 0 }: SeverityBar): string {
  const all = `${formatNumber(count)} ${severity.toLowerCase()}`;
  return refused === 0 ? all : `${all} (${formatNumber(refused)} refused)`;
}

function drawn({ severity, count, refused }: SeverityBar, y: number, most: number): SafeHtml {
  const bar = (part: number, kind: string): SafeHtml | undefined =>
    part === 0
      ? undefined
      : html`<rect class="${kind} ${severityClass(severity)}" x="30%" y="${y + 8}" width="${Math.max(1, (part / most) * 56).toFixed(2)}%" height="16" rx="4"/>`;
  return html`<text x="0" y="${y + 21}">${severity}</text><rect class="track" x="30%" y="${y + 8}" width="56%" height="16" rx="4"/>${
    refused === undefined ? bar(count, 'bar') : html`${bar(count, 'pale bar')}${bar(refused, 'bar')}`
  }<text class="count" x="100%" y="${y + 21}" text-anchor="end">${formatNumber(count)}</text>
`;
}
