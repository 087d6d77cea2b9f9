import { formatNumber } from '@harbor-pilot/core';
import type { GateReport, HarborVerdict } from '@harbor-pilot/step-kit';
import { allSeverities, type GateTally } from '../gate-summary/gate-tally.ts';
import { describeTally, harborAnswers } from '../gate-summary/gate-words.ts';
import { html, type SafeHtml } from '../html.ts';
import { reasonList } from '../html-reasons.ts';
import { symbol } from '../html-symbols.ts';
import { severityChart } from '../severity-chart.ts';

/** The chart of the severities beside the policy and what Harbor makes of the image. */
export function overview({ policy, harbor }: GateReport, tally: GateTally): SafeHtml {
  return html`<div class="columns">
${tally.all === 0 ? undefined : severitySection(tally)}
<section aria-labelledby="policy"><h3 id="policy">Policy</h3>
${reasonList(policy)}
${harbor === undefined ? undefined : harborPart(harbor)}
</section>
</div>`;
}

function severitySection(tally: GateTally): SafeHtml {
  return html`<section aria-labelledby="severities"><h3 id="severities">Severities</h3>
<figure>${chart(tally)}
<figcaption class="muted">${describeTally(tally)} ${tally.refused > 0 ? 'The full part of a bar is what is refused.' : undefined}</figcaption></figure>
<details><summary>The same as a table</summary>${severityTable(tally)}</details>
</section>`;
}

function chart({ bySeverity }: GateTally): SafeHtml {
  const bars = allSeverities.map((severity) => {
    const { all, refused } = bySeverity[severity];
    return { severity, count: all, refused };
  });
  return severityChart(bars, 'severities');
}

function severityTable(tally: GateTally): SafeHtml {
  const rows = [
    ...allSeverities.map((severity) => [severity, tally.bySeverity[severity]] as const),
    ['All', tally] as const,
  ];
  return html`<table class="plain"><thead><tr><th scope="col">Severity</th><th scope="col">Refused</th><th scope="col">Excepted</th><th scope="col">Allowed</th><th scope="col">All</th></tr></thead><tbody>
${rows.map(
  ([name, { refused, excepted, allowed, all }]) =>
    html`<tr><th scope="row">${name}</th>${[refused, excepted, allowed, all].map((count) => html`<td class="number">${formatNumber(count)}</td>`)}</tr>
`,
)}</tbody></table>`;
}

const harborTones = { allowed: 'good', refused: 'bad', unknown: 'open' } as const;

function harborPart({ pull, reasons, differences }: HarborVerdict): SafeHtml {
  const tone = harborTones[pull];
  return html`<div class="tone ${tone}"><h3>Harbor’s own verdict</h3>
<p class="verdict small">${symbol(tone)}${harborAnswers[pull]}</p>
${reasonList(reasons)}
${
  differences.length === 0
    ? undefined
    : html`<div class="note tone warning"><h4>Where it differs from this gate</h4>${reasonList(differences)}</div>`
}</div>`;
}
