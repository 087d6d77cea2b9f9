import { formatCount } from '@harbor-pilot/core';
import type { GateReport } from '@harbor-pilot/step-kit';
import { fixPhrase } from '../formats/wording.ts';
import { refusedFirst } from '../gate-summary/gate-tally.ts';
import { describeBaseline } from '../gate-summary/gate-words.ts';
import { html, type SafeHtml } from '../html.ts';
import { severityClass } from '../severity-chart.ts';
import { advisory } from './gate-advisory.ts';

const newLimit = 20;

/** What the image has that the baseline has not. */
export function newSection({ baseline, vulnerabilities }: GateReport): SafeHtml | undefined {
  if (baseline === undefined) return undefined;
  const added = vulnerabilities.filter(({ isNew }) => isNew === true);
  const shown = refusedFirst(added, newLimit);
  const more = added.length - shown.length;
  return html`<section aria-labelledby="new"><h3 id="new">What is new</h3>
<p>${describeBaseline(baseline)}</p>
${
  shown.length === 0
    ? undefined
    : html`<ul class="new">${shown.map(
        (found) =>
          html`<li><span class="badge ${severityClass(found.severity)}">${found.severity}</span> ${advisory(found.id)} <span class="muted">in ${found.package} ${found.version}, ${fixPhrase(found)},</span> <span class="outcome ${found.outcome}">${found.outcome}</span></li>
`,
      )}</ul>`
}
${more > 0 ? html`<p class="muted">and ${formatCount(more, 'new one')} more, in the table of all vulnerabilities</p>` : undefined}
</section>`;
}
