/** A text that was made of another one. */
export interface Derived {
  readonly text: string;
  /** Where in the other text a place of this one is. */
  placeOf(index: number): number;
}

/** One character as URLs (of UTF-8), JSON and other literals, and HTML write it; a backslash before anything, as shells do. */
const anEscape =
  /%(?:[0-7][\da-f]|[cd][\da-f]%[89ab][\da-f]|e[\da-f](?:%[89ab][\da-f]){2}|f[0-7](?:%[89ab][\da-f]){3})|\\(?:u[\da-f]{4}|x[\da-f]{2}|.)|&(?:#\d{1,7}|#x[\da-f]{1,6}|amp|lt|gt|quot|apos);/gis;

const literals: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** A text without its escapes, of one layer: `%252f` becomes `%2f`. */
export function unescaped(text: string): Derived {
  const ends: (readonly [here: number, there: number])[] = [];
  let shorter = 0;
  const plain = text.replaceAll(anEscape, (written: string, offset: number) => {
    const meant = meaningOf(written);
    const there = offset + written.length;
    ends.push([offset - shorter + meant.length, there]);
    shorter += written.length - meant.length;
    return meant;
  });
  const placeOf = (index: number): number => {
    const [here, there] = ends.findLast(([end]) => end <= index) ?? [0, 0];
    return there + index - here;
  };
  return { text: plain, placeOf };
}

function meaningOf(written: string): string {
  if (written.startsWith('%')) return Buffer.from(written.replaceAll('%', ''), 'hex').toString();
  const name = written.replace(/^\\|^&|;$/g, '');
  if (written.startsWith('\\')) return name.length > 1 ? character(name.slice(1), 16) : (literals[name] ?? name);
  const digits = name.slice(1);
  return entities[name.toLowerCase()] ?? (/^x/i.test(digits) ? character(digits.slice(1), 16) : character(digits, 10));
}

function character(digits: string, base: number): string {
  const code = Number.parseInt(digits, base);
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : '';
}
