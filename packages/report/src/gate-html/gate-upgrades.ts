import { formatCount, formatNumber } from '@harbor-pilot/core';
import type { GateReport, Upgrade } from '@harbor-pilot/step-kit';
import { html, type SafeHtml } from '../html.ts';
import { first } from '../plain.ts';
import { scrolling } from './gate-scroll.ts';

const upgradeLimit = 100;
const idLimit = 30;

/** What can be fixed, and the version to take. */
export function upgradeSection({ upgrades }: GateReport): SafeHtml | undefined {
  if (upgrades.length === 0) return undefined;
  const { shown, more } = first(upgrades, upgradeLimit);
  const table = html`<table class="plain stacking upgrades"><thead><tr><th scope="col">Package</th><th scope="col">From</th><th scope="col">To</th><th scope="col">Removes</th><th scope="col">Of these refused</th></tr></thead><tbody>
${shown.map(upgradeRow)}</tbody></table>
`;
  return html`<section aria-labelledby="upgrades"><h3 id="upgrades">What to upgrade</h3>
${scrolling(table, shown.length, 'Table of upgrades')}
${more > 0 ? html`<p class="muted">and ${formatCount(more, 'upgrade')} more that remove less</p>` : undefined}
</section>`;
}

function upgradeRow({ package: name, from, to, removes, refused, isFromBase }: Upgrade): SafeHtml {
  const { shown, more } = first(removes, idLimit);
  const ids = `${shown.join(', ')}${more > 0 ? ` and ${formatNumber(more)} more` : ''}`;
  return html`<tr><th scope="row">${name}${isFromBase === true ? html` <span class="origin muted">from the base image</span>` : undefined}</th><td data-label="From" class="mono">${from}</td><td data-label="To" class="mono"><b>${to}</b></td><td data-label="Removes"><details><summary>${formatCount(removes.length, 'vulnerability', 'vulnerabilities')}</summary>${ids}</details></td><td data-label="Refused" class="number">${
    refused > 0 ? html`<b class="flag">${formatNumber(refused)}</b>` : '–'
  }</td></tr>
`;
}
