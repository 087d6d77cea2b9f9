import { createHash } from 'node:crypto';
import { formatCount } from '@harbor-pilot/core';
import type { ReleaseRecord } from '@harbor-pilot/step-kit';
import { headlineOf } from './headline.ts';
import { html, type SafeHtml, trusted } from './html.ts';
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
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(contentSecurityPolicy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${titleOf(list)}</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top"><div class="wrap">
${logo}<h1>Harbor Pilot <span>release report</span></h1>
</div></header>
<main id="main" class="wrap">
${list.length > 1 ? overview(list) : undefined}
${list.length === 0 ? html`<p class="muted">There is no release to tell about.</p>` : undefined}
${list.map((record, index) => release(record, idOf(index)))}
</main>
<footer class="wrap muted">Written by Harbor Pilot from ${formatCount(list.length, 'release record')}. This page makes no network requests.</footer>
<script>${trusted(script)}</script>
</body>
</html>
`;
  return page.text;
}

function isList(records: ReleaseRecord | readonly ReleaseRecord[]): records is readonly ReleaseRecord[] {
  return Array.isArray(records);
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src ${hashOf(style)}`,
  `script-src ${hashOf(script)}`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

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

const logo = trusted(
  '<svg class="logo" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true"><path d="M13 9h6l2.2 17H10.800z"/><path d="M12.500 13.500h7l.6 4.500h-8.200z" class="stripe"/><path d="M13.500 4.500h5v3.500h-5z"/><path class="beam" d="M12 6 4 3.500v5zM20 6l8-2.500v5z"/><path class="sea" d="M3 28q3.250-2.500 6.500 0t6.500 0 6.500 0 6.500 0"/></svg>',
);
