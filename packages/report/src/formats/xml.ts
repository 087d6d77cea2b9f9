const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Harmless text as XML, between tags or in an attribute. Characters that XML 1.0 forbids are gone already. */
export function xmlText(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => references[character] ?? '');
}

/** Attributes with a space before each; those without a value are left out. */
export function xmlAttributes(attributes: Readonly<Record<string, string | number>>): string {
  let text = '';
  for (const name of Object.keys(attributes)) text += ` ${name}="${xmlText(String(attributes[name]))}"`;
  return text;
}
