const secrets = new Set<string>();

/** Shorter values would blank out ordinary words. */
const shortestSecret = 4;

/**
 * The forms in which a secret may show up in a log: itself, each of its lines, base64, URL-encoded and JSON-escaped.
 * Forms shorter than four characters are left out, since masking them would garble ordinary text.
 */
export function secretForms(secret: string): string[] {
  const plain = [secret, ...secret.split(/\r?\n/)].map((text) => text.trim());
  const encoded = plain.flatMap((text) => [
    text,
    Buffer.from(text).toString('base64'),
    Buffer.from(text).toString('base64url'),
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
  ]);
  return [...new Set(encoded)].filter((form) => form.length >= shortestSecret);
}

/** Remembers a secret for the life of the process: {@link redact} blanks all its forms from now on. */
export function registerSecret(secret: string): void {
  for (const form of secretForms(secret)) secrets.add(form);
}

/** Replaces every registered secret in a text by `***`, longest forms first. */
export function redact(text: string): string {
  let result = text;
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) result = result.replaceAll(secret, '***');
  return result;
}
