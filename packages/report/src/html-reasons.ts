import { html, type SafeHtml } from './html.ts';
import { first } from './plain.ts';

const reasonLimit = 50;

/** Reasons as a list, with the number of those that there is no room for; nothing for none, or when told already. */
export function reasonList(reasons: readonly string[], told: readonly string[] = []): SafeHtml | undefined {
  if (reasons.length === 0 || reasons === told) return undefined;
  const { shown, more } = first(reasons, reasonLimit);
  return html`<ul class="reasons">${shown.map((reason) => html`<li>${reason}</li>`)}${
    more > 0 ? html`<li class="muted">and ${more} more</li>` : undefined
  }</ul>`;
}
