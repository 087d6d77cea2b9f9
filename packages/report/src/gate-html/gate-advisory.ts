import { html, type SafeHtml } from '../html.ts';
import { advisoryAddress } from '../links.ts';

/** The name of a vulnerability, as a link where it is known what tells more of it. */
export function advisory(id: string): SafeHtml {
  const href = advisoryAddress(id);
  return href === undefined ? html`${id}` : html`<a href="${href}" rel="noopener noreferrer">${id}</a>`;
}
