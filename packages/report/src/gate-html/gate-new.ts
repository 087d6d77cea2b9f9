import { formatCount } from '@harbor-pilot/core';
import type { GateReport } from '@harbor-pilot/step-kit';
import { fixPhrase } from '../formats/wording.ts';
import { describeBaseline } from '../gate-summary/gate-words.ts';
import { html, type SafeHtml } from '../html.ts';
import { first } from '../plain.ts';
import { severityClass } from '../severity-chart.ts';
import { advisory } from './gate-advisory.ts';

const newLimit = 20;

/** What the image has that the baseline has not. */
export function newSection({ baseline, vulnerabilities }: GateReport): SafeHtml | undefined {
  if (baseline === undefined) return undefined;
  const { shown, more } = first(
    vulnerabilities.filter(({ isNew }) => isNew === true),
    newLimit,
  );
  return html`<section aria-labelledby="new"><h3 id="new">What is new</h3>
<p>${describeBaseline(baseline)}</p>
${
  shown.length === 0
    ? undefined
    : html`<ul class="new">${shown.map(
        (found) =>
          html`<li><span class="badge ${severityClass(found.severity)}">${found.severity}</span> ${advisory(found.id)} <span class="muted">in ${found.package} ${found.version}, ${fixPhrase(found)}</span></li>
`,
      )}</ul>`
}
${more > 0 ? html`<p class="muted">and ${formatCount(more, 'new one')} more, in the table of all vulnerabilities</p>` : undefined}
</section>`;
}
