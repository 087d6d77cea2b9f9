import { formatCount } from '@harbor-pilot/core';
import type { ReleaseRecord } from '@harbor-pilot/step-kit';
import { headlineOf } from './headline.ts';
import { html, type SafeHtml } from './html.ts';
import { page } from './html-document.ts';
import { release } from './html-release.ts';
import { symbol } from './html-symbols.ts';
import { script } from './script.ts';
import { style } from './style.ts';

/**
 * One self-contained page about one release or several, in the order given. It asks the network for nothing; its
 * Content-Security-Policy allows just its own style and script, by their hashes. Without script it lacks only the filter
 * and the copy buttons.
 */
export function renderHtml(records: ReleaseRecord | readonly ReleaseRecord[]): string {
  const list = isList(records) ? records : [records];
  return page({
    title: titleOf(list),
    kind: 'release report',
    style,
    script,
    main: html`${list.length > 1 ? overview(list) : undefined}
${list.length === 0 ? html`<p class="muted">There is no release to tell about.</p>` : undefined}
${list.map((record, index) => release(record, idOf(index)))}`,
    footer: html`Written by Harbor Pilot from ${formatCount(list.length, 'release record')}. This page makes no network requests.`,
  });
}

function isList(records: ReleaseRecord | readonly ReleaseRecord[]): records is readonly ReleaseRecord[] {
  return Array.isArray(records);
}

function titleOf(list: readonly ReleaseRecord[]): string {
  const [only] = list;
  if (list.length === 1 && only !== undefined) return `${headlineOf(only).title}: ${only.image} · Harbor Pilot`;
  return `${formatCount(list.length, 'release')} · Harbor Pilot`;
}

function idOf(index: number): string {
  return `release-${index + 1}`;
}

function overview(list: readonly ReleaseRecord[]): SafeHtml {
  return html`<nav class="overview" aria-label="Releases"><ol>
${list.map((record, index) => {
  const { tone, title, sentence } = headlineOf(record);
  return html`<li><a class="card tone ${tone}" href="#${idOf(index)}">
<span class="verdict">${symbol(tone)}${title}</span>
<span class="mono">${record.digest.slice(0, 19)}…</span>
<span class="muted clamp">${sentence}</span>
</a></li>
`;
})}</ol></nav>`;
}
