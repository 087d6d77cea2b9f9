/** What finds each form of a secret. */
const secrets = new Map<string, string | RegExp>();

/**
 * Shorter forms are ordinary words ("a", "the"). To hide those garbles every sentence, and tells the secret to all who know
 * the sentence; so they are hidden only where a value stands. Of the CI systems, GitHub's runner hides secrets of any
 * length everywhere, GitLab none of fewer than 8 characters.
 */
const shortestSecret = 4;

/**
 * Shorter forms are parts of ordinary words and numbers ("test" of "latest", "1234" of a size). To hide those there tells
 * the secret as well, and changes tags and digests that the next step reads; so they are hidden only where they stand alone.
 */
const shortestPart = 8;

/**
 * The forms in which a secret may show up in a log: itself, each of its lines, base64 with and without padding, and as a
 * part of base64 (of `user:secret`, whoever that is), URL-encoded as in a path and as in a form, and JSON-escaped.
 * Forms shorter than four characters are left out, since masking them everywhere would garble ordinary text.
 */
export function secretForms(secret: string): string[] {
  const lines = [secret, ...secret.split(/\r?\n/)];
  const forms = lines.flatMap(formsOf).filter((form) => form.length >= shortestSecret);
  const inside = [1, 2].map((bytesBefore) => insideBase64(secret, bytesBefore));
  return [...new Set([...forms, ...inside.filter((form) => form.length >= shortestPart)])];
}

/**
 * Remembers a secret for the life of the process: {@link redact} blanks all its forms from now on.
 * @returns them, as {@link secretForms} does, for others that are to hide them.
 */
export function registerSecret(secret: string): readonly string[] {
  const known = secretForms(secret);
  for (const form of known) secrets.set(form, form.length < shortestPart ? asWord(form) : form);
  for (const form of formsOf(secret)) {
    if (form !== '' && form.length < shortestSecret) secrets.set(form, asValue(form));
  }
  return known;
}

/**
 * Replaces every registered secret in a text by `***`, longest forms first: those of fewer than four characters where they
 * are a value (`password=abc`, `user:abc@host`, `"abc"`), those of fewer than eight where they stand alone, all others
 * wherever they are.
 */
export function redact(text: string): string {
  let result = text;
  for (const [, pattern] of [...secrets].sort(([a], [b]) => b.length - a.length)) {
    result = result.replaceAll(pattern, '***');
  }
  return result;
}

function formsOf(text: string): string[] {
  const plain = text.trim();
  // What is no Unicode cannot be encoded.
  const encodable = plain.toWellFormed();
  const json = JSON.stringify(plain).slice(1, -1);
  return [
    plain,
    ...base64Forms(plain),
    // As it is sent: with the line break that came along.
    ...(text === plain ? [] : base64Forms(text)),
    encodeURIComponent(encodable),
    new URLSearchParams({ '': encodable }).toString().slice(1),
    json,
    // As programs written in Go write it, Harbor and Kubernetes among them (encoding/json, HTMLEscape).
    json.replaceAll(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`),
  ];
}

function base64Forms(text: string): string[] {
  const base64 = Buffer.from(text).toString('base64');
  return [base64, base64.replace(/=+$/, ''), Buffer.from(text).toString('base64url')];
}

/** The characters of base64 that depend on nothing but the text, when so many bytes (modulo 3) are before it. */
function insideBase64(text: string, bytesBefore: number): string {
  const bytes = Buffer.concat([Buffer.alloc(bytesBefore), Buffer.from(text)]);
  const [first, end] = [Math.ceil((bytesBefore * 8) / 6), Math.floor((bytes.length * 8) / 6)];
  return bytes.toString('base64').slice(first, end);
}

/** Finds a text after "=", ":" or in quotes. Keys, numbers and switches of JSON are none of these: it has to stay JSON. */
function asValue(text: string): RegExp {
  return new RegExp(`(?<=[="]|\\P{L}'|[^"]:)${literal(text)}(?=$|[\\s"'&@,;)])(?!":)`, 'gmu');
}

/** Finds a text that is no part of a word; what JSON and URLs write for a character is none. JSON stays JSON here, too. */
function asWord(text: string): RegExp {
  const begin = '(?:(?<![\\p{L}\\p{N}])|(?<=\\\\[bfnrt]|\\\\u[\\da-f]{4}|%[\\dA-Fa-f]{2}))';
  const [first, last] = [
    /^[\p{L}\p{N}]/u.test(text) ? begin : '',
    /[\p{L}\p{N}]$/u.test(text) ? '(?![\\p{L}\\p{N}])' : '',
  ];
  return new RegExp(`${first}(?<!":)${literal(text)}${last}(?!":)`, 'gu');
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
