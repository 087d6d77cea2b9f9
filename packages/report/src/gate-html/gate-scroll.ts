import { html, type SafeHtml } from '../html.ts';

const rowLimit = 12;

/** A table that scrolls in its place where it would push what is below it out of sight. It is printed whole. */
export function scrolling(table: SafeHtml, rows: number, label: string): SafeHtml {
  return rows <= rowLimit
    ? table
    : html`<div class="scroll short" role="region" tabindex="0" aria-label="${label}">
${table}</div>`;
}
