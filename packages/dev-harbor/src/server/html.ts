const entities: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&#34;',
  "'": '&#39;',
};

/** A text as part of a page. */
export const escapeHtml = (text: string): string => text.replace(/[<>&"']/g, (character) => entities[character] ?? '');
