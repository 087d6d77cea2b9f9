import { formatCount } from '@harbor-pilot/core';
import { html, type SafeHtml } from './html.ts';
import type { Place } from './places.ts';
import { first } from './plain.ts';

const placeLimit = 50;
const tagLimit = 20;

/** The repositories that have the image, their tags, and what was moved to each. */
export function placesSection(places: readonly Place[], id: string): SafeHtml {
  const { shown, more } = first(places, placeLimit);
  return html`<section aria-labelledby="${id}-places"><h3 id="${id}-places">Where it is</h3>
<table class="plain stacking places"><thead><tr><th scope="col">Repository</th><th scope="col">Tags</th><th scope="col">Sent</th><th scope="col">Blobs</th></tr></thead><tbody>
${shown.map(
  ({ image, tags, origin, sent, blobs }) =>
    html`<tr><th scope="row">${breakable(image)} <span class="origin muted">${origin}</span></th><td data-label="Tags">${tagList(tags)}</td><td class="number" data-label="Sent">${sent}</td><td data-label="Blobs">${blobs}</td></tr>
`,
)}</tbody></table>
${more > 0 ? html`<p class="muted">and ${formatCount(more, 'repository', 'repositories')} more</p>` : undefined}
${places.length > 1 ? html`<p class="muted">The digest is the same everywhere.</p>` : undefined}
</section>`;
}

/** Tags side by side. */
export function tagList(tags: readonly string[]): SafeHtml {
  const { shown, more } = first(tags, tagLimit);
  return html`<span class="tags">${shown.map((tag) => html`<span class="tag">${tag}</span>`)}${
    more > 0 ? html`<span class="muted">and ${more} more</span>` : undefined
  }</span>`;
}

/** A long name may be broken after its slashes first. */
export function breakable(image: string): SafeHtml[] {
  return image.split(/(?<=\/)/).map((part) => html`${part}<wbr>`);
}
