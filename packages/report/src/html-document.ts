import { createHash } from 'node:crypto';
import { html, type SafeHtml, trusted } from './html.ts';

/** What a page is made of; style and script are our own. */
export interface PageParts {
  readonly title: string;
  /** After the name of the program: `release report`. */
  readonly kind: string;
  readonly style: string;
  readonly script?: string;
  readonly main: SafeHtml;
  readonly footer: SafeHtml;
}

/**
 * One self-contained HTML document. It asks the network for nothing; its Content-Security-Policy allows just its own style
 * and script, by their hashes.
 */
export function page({ main, ...parts }: PageParts): string {
  return [...pagePieces({ ...parts, main: [main] })].join('');
}

/** The same, piece by piece, for what is too long for one text. */
export function* pagePieces({
  main,
  ...parts
}: Omit<PageParts, 'main'> & { readonly main: Iterable<SafeHtml> }): Generator<string> {
  yield beginning(parts);
  for (const piece of main) yield piece.text;
  yield end(parts);
}

function beginning({ title, kind, style, script }: Omit<PageParts, 'main'>): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(contentSecurityPolicy(style, script))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top"><div class="wrap">
${logo}<h1>Harbor Pilot <span>${kind}</span></h1>
</div></header>
<main id="main" class="wrap">
`.text;
}

function end({ footer, script }: Omit<PageParts, 'main'>): string {
  return html`
</main>
<footer class="wrap muted">${footer}</footer>
${script === undefined ? undefined : html`<script>${trusted(script)}</script>\n`}</body>
</html>
`.text;
}

function contentSecurityPolicy(style: string, script: string | undefined): string {
  return [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    ...(script === undefined ? [] : [`script-src ${hashOf(script)}`]),
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

const logo = trusted(
  '<svg class="logo" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true"><path d="M13 9h6l2.2 17H10.800z"/><path d="M12.500 13.500h7l.6 4.500h-8.200z" class="stripe"/><path d="M13.500 4.500h5v3.500h-5z"/><path class="beam" d="M12 6 4 3.500v5zM20 6l8-2.500v5z"/><path class="sea" d="M3 28q3.250-2.500 6.500 0t6.500 0 6.500 0 6.500 0"/></svg>',
);
