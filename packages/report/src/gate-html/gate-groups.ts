import { formatCount, formatNumber } from '@harbor-pilot/core';
import type { GateReport, JudgedVulnerability } from '@harbor-pilot/step-kit';
import { type GateGroup, groupsOf } from '../gate-summary/gate-groups.ts';
import { allSeverities } from '../gate-summary/gate-tally.ts';
import { html, type SafeHtml } from '../html.ts';
import { first } from '../plain.ts';
import { severityClass } from '../severity-chart.ts';

const groupLimit = 20;

/** In which packages, files and layers the vulnerabilities are. */
export function groupSection({ vulnerabilities }: GateReport): SafeHtml | undefined {
  if (vulnerabilities.length === 0) return undefined;
  return html`<section aria-labelledby="where"><h3 id="where">Where they are</h3>
${ways.map(([one, nameOf]) => groupTable(one, groupsOf(vulnerabilities, nameOf)))}
</section>`;
}

const ways: readonly (readonly [one: string, nameOf: (found: JudgedVulnerability) => string | undefined])[] = [
  ['package', (found) => found.package],
  ['file', ({ path }) => path],
  ['layer', ({ layer }) => layer],
];

function groupTable(one: string, groups: readonly GateGroup[]): SafeHtml | undefined {
  if (groups.length === 0) return undefined;
  const { shown, more } = first(groups, groupLimit);
  const largest = Math.max(...shown.map(({ all }) => all));
  return html`<h4>By ${one}</h4>
<table class="plain stacking groups by-${one}"><thead><tr><th scope="col">${one}</th><th scope="col">Severities</th><th scope="col">All</th><th scope="col">Refused</th><th scope="col">With a fix</th></tr></thead><tbody>
${shown.map(
  (group) =>
    html`<tr><th scope="row">${group.name}</th><td data-label="Severities">${bar(group, largest)}</td><td data-label="All" class="number">${formatNumber(group.all)}</td><td data-label="Refused" class="number">${group.refused > 0 ? html`<b class="flag">${formatNumber(group.refused)}</b>` : '–'}</td><td data-label="With a fix" class="number">${formatNumber(group.fixable)}</td></tr>
`,
)}</tbody></table>
${more > 0 ? html`<p class="muted">and ${formatCount(more, one)} more, none with more that is refused</p>` : undefined}`;
}

/** The counts of the severities side by side, as long as their number. */
function bar({ counts }: GateGroup, largest: number): SafeHtml {
  let x = 0;
  const words = allSeverities.flatMap((severity, rank) =>
    counts[rank] === undefined || counts[rank] === 0 ? [] : [`${formatNumber(counts[rank])} ${severity.toLowerCase()}`],
  );
  return html`<svg class="parts" width="100%" height="12" role="img"><title>${words.join(', ')}</title>${counts.map(
    (count, rank) => {
      if (count === 0) return undefined;
      const width = (count / largest) * 100;
      const part = html`<rect class="bar ${severityClass(allSeverities[rank] ?? '')}" x="${x.toFixed(2)}%" width="${width.toFixed(2)}%" height="12"/>`;
      x += width;
      return part;
    },
  )}</svg>`;
}
