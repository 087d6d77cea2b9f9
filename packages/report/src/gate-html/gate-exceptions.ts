import { formatCount } from '@harbor-pilot/core';
import type { GateReport } from '@harbor-pilot/step-kit';
import { formatDay } from '../format.ts';
import { exceptionsByState, type PlacedException } from '../gate-summary/gate-exceptions.ts';
import { html, type SafeHtml } from '../html.ts';
import { first } from '../plain.ts';
import { advisory } from './gate-advisory.ts';
import { scrolling } from './gate-scroll.ts';

const exceptionLimit = 500;
const tones = { used: 'good', expiring: 'warning', unused: 'open', expired: 'bad' } as const;

/** Who answers for what does not count, and until when. */
export function exceptionSection({ exceptions }: GateReport): SafeHtml | undefined {
  if (exceptions.length === 0) return undefined;
  const { shown, more } = first(exceptionsByState(exceptions), exceptionLimit);
  const table = html`<table class="plain stacking exceptions"><thead><tr><th scope="col">Vulnerability</th><th scope="col">State</th><th scope="col">Reason</th><th scope="col">Owner</th><th scope="col">Until</th><th scope="col">From</th></tr></thead><tbody>
${shown.map(exceptionRow)}</tbody></table>
`;
  return html`<section aria-labelledby="exceptions"><h3 id="exceptions">Exceptions</h3>
${scrolling(table, shown.length, 'Table of exceptions')}
${more > 0 ? html`<p class="muted">and ${formatCount(more, 'exception')} more</p>` : undefined}
</section>`;
}

/** Where on the page an exception is, by its place in the report; nothing for those that are not shown. */
export function exceptionAddresses({ exceptions }: GateReport): ReadonlyMap<number, string> {
  const { shown } = first(exceptionsByState(exceptions), exceptionLimit);
  return new Map(shown.map(({ place }) => [place, `#${nameAt(place)}`]));
}

function nameAt(place: number): string {
  return `exception-${place + 1}`;
}

function exceptionRow(exception: PlacedException): SafeHtml {
  const { id, reason, owner, expiresAt, from, state, place } = exception;
  return html`<tr id="${nameAt(place)}"><th scope="row">${advisory(id)}${
    exception.package === undefined ? undefined : html` <span class="origin muted">in ${exception.package}</span>`
  }</th><td data-label="State"><span class="state tone ${tones[state]}">${state}</span></td><td data-label="Reason">${reason}</td><td data-label="Owner">${owner ?? '–'}</td><td data-label="Until">${
    expiresAt === undefined ? 'no end' : html`<time>${formatDay(expiresAt)}</time>`
  }</td><td data-label="From" class="mono">${from}</td></tr>
`;
}
