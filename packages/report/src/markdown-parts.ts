import type { Tone } from './headline.ts';

/** The symbol of a tone. */
export const symbols: Readonly<Record<Tone, string>> = { good: '✅', warning: '⚠️', bad: '❌', open: '⏳' };

/** A table; its cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

/** Something that is folded away at first. */
export function details(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** A link to a checked address of the web; its words are Markdown already. */
export function link(address: string, words: string): string {
  const href = new URL(address).href.replaceAll(/[&"'<>`|*_[\]\\~]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<a href="${href}">${words}</a>`;
}
