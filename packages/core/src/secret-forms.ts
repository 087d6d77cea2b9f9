/** Shorter forms are parts of ordinary words and numbers: in the middle of something they say nothing. */
export const shortestPart = 8;

/** The texts that give a secret away: itself, each of its lines, and their base64, also as a part of more. */
export function secretTexts(secret: string): readonly string[] {
  const lines = [secret, ...secret.split(/\r?\n/)].flatMap(textsOf);
  const inside = [1, 2].map((bytesBefore) => insideBase64(secret, bytesBefore));
  return [...new Set([...lines, ...inside.filter((text) => text.length >= shortestPart)])].filter(
    (text) => text !== '',
  );
}

function textsOf(line: string): readonly string[] {
  const plain = line.trim();
  // The line break that came along may be sent with it.
  return [plain, ...base64Forms(plain), ...(line === plain ? [] : base64Forms(line))];
}

function base64Forms(text: string): readonly string[] {
  const base64 = Buffer.from(text).toString('base64');
  return [base64, base64.replace(/=+$/, ''), Buffer.from(text).toString('base64url')];
}

/** The characters of base64 that depend on nothing but the text, when so many bytes (modulo 3) are before it. */
function insideBase64(text: string, bytesBefore: number): string {
  const bytes = Buffer.concat([Buffer.alloc(bytesBefore), Buffer.from(text)]);
  const [first, end] = [Math.ceil((bytesBefore * 8) / 6), Math.floor((bytes.length * 8) / 6)];
  return bytes.toString('base64').slice(first, end);
}

const quotesInHtml = [
  ['&quot;', "'"],
  ['&quot;', '&#39;'],
  ['&quot;', '&#x27;'],
  ['&#34;', '&#39;'],
] as const;

/** A text as URLs and forms (with hexadecimal digits of either case), JSON and HTML have it, the way that usual libraries write them. */
export function escapedForms(text: string): readonly string[] {
  // What is no Unicode cannot be encoded.
  const encodable = text.toWellFormed();
  const inPath = encodeURIComponent(encodable);
  const form = new URLSearchParams({ '': encodable }).toString().slice(1);
  const urls = [inPath, form, form.replaceAll('+', '%20'), encodeURI(encodable)];
  const json = JSON.stringify(text).slice(1, -1);
  const html = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [
    ...urls,
    ...urls.map((url) => url.replaceAll(/%../g, (byte) => byte.toLowerCase())),
    json,
    // As programs written in Go write it, Harbor and Kubernetes among them (encoding/json, HTMLEscape), and as those in
    // Python do.
    json.replaceAll(/[<>&]/g, asUnicode),
    json.replaceAll(/[^ -~]/g, asUnicode),
    ...quotesInHtml.map(([double, single]) => html.replaceAll('"', double).replaceAll("'", single)),
  ];
}

function asUnicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
