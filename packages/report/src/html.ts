import { plain } from './plain.ts';

/** HTML that was made by {@link html} or {@link trusted}; nothing else goes into a page without being escaped. */
export class SafeHtml {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a template can hold: text is escaped, lists are joined, undefined is nothing. */
export type HtmlValue = string | number | SafeHtml | undefined | readonly HtmlValue[];

/** A template of HTML. Attributes must be in double quotes. */
export function html(fixed: TemplateStringsArray, ...values: readonly HtmlValue[]): SafeHtml {
  return new SafeHtml(fixed.reduce((text, part, index) => `${text}${toHtml(values[index - 1])}${part}`));
}

/** Takes our own text as HTML. Never for anything out of a record. */
export function trusted(text: string): SafeHtml {
  return new SafeHtml(text);
}

/** A checked address as the value of an attribute, uncut. */
export function address(href: string): SafeHtml {
  return new SafeHtml(escapeHtml(new URL(href).href));
}

function toHtml(value: HtmlValue): string {
  if (value === undefined) return '';
  if (value instanceof SafeHtml) return value.text;
  if (typeof value === 'string') return escapeHtml(plain(value));
  if (typeof value === 'number') return String(value);
  return value.map(toHtml).join('');
}

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"'`]/g, (character) => references[character] ?? character);
}
