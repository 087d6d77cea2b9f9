/**
 * Reads the first value of a text and leaves what comes after it, as Harbor does with bodies.
 * @throws Error with the reason in the words of Go's reader (encoding/json, scanner.go and stream.go of Go 1.26).
 */
export function readFirstJson(bytes: Buffer): unknown {
  const end = endOfJson(bytes.toString('latin1'), 'unexpected EOF');
  return JSON.parse(bytes.toString('utf8', 0, end));
}

/**
 * Reads a text that is one value, as Harbor does with manifests.
 * @throws Error like {@link readFirstJson}.
 */
export function readWholeJson(bytes: Buffer): unknown {
  const text = bytes.toString('latin1');
  const rest = text.slice(endOfJson(text, 'unexpected end of JSON input')).replace(/^[ \t\r\n]+/, '');
  if (rest !== '') throw new Error(`invalid character ${quote(rest.charAt(0))} after top-level value`);
  return JSON.parse(bytes.toString());
}

/** Where the first value of a text ends. */
function endOfJson(text: string, whenTooShort: string): number {
  const scan = new Scan(text);
  try {
    scan.value();
    return scan.position;
  } catch (error) {
    throw error instanceof TooShort ? new Error(whenTooShort) : error;
  }
}

class TooShort extends Error {}

/** One pass over a text, a character for each byte. */
class Scan {
  readonly #text: string;
  position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): void {
    const start = this.#next('looking for beginning of value', /[[{"\-\dtfn]/);
    if (start === '{') this.#list('}', 'after object key:value pair', () => this.#pair());
    else if (start === '[') this.#list(']', 'after array element', () => this.value());
    else if (start === '"') this.#string();
    else if (/[tfn]/.test(start)) this.#word(start);
    else this.#number(start);
  }

  #pair(): void {
    this.#next('looking for beginning of object key string', /"/);
    this.#string();
    this.#next('after object key', /:/);
    this.value();
  }

  #list(end: string, place: string, item: () => void): void {
    this.#skipSpace();
    if (this.#text[this.position] === end) {
      this.position += 1;
      return;
    }
    do item();
    while (this.#next(place, end === '}' ? /[,}]/ : /[,\]]/) === ',');
  }

  #string(): void {
    for (;;) {
      const character = this.#take('in string literal', /[ -\xff]/);
      if (character === '"') return;
      if (character !== '\\' || this.#take('in string escape code', /["\\/bfnrtu]/) !== 'u') continue;
      for (let digit = 0; digit < 4; digit += 1) this.#take('in \\u hexadecimal character escape', /[\da-f]/i);
    }
  }

  #word(start: string): void {
    const word = ['true', 'false', 'null'].find((one) => one.startsWith(start)) ?? '';
    for (const letter of word.slice(1)) {
      this.#take(`in literal ${word} (expecting ${quote(letter)})`, new RegExp(letter));
    }
  }

  #number(start: string): void {
    const first = start === '-' ? this.#take('in numeric literal', /\d/) : start;
    if (first !== '0') this.#digits();
    if (this.#text[this.position] === '.') this.#fraction('after decimal point in numeric literal');
    if (/[eE]/.test(this.#text.charAt(this.position))) {
      if (/[+-]/.test(this.#text.charAt(this.position + 1))) this.position += 1;
      this.#fraction('in exponent of numeric literal');
    }
  }

  #fraction(place: string): void {
    this.position += 1;
    this.#take(place, /\d/);
    this.#digits();
  }

  #digits(): void {
    while (/\d/.test(this.#text.charAt(this.position))) this.position += 1;
  }

  #skipSpace(): void {
    while (/[ \t\r\n]/.test(this.#text.charAt(this.position))) this.position += 1;
  }

  /** The next character that is no space. */
  #next(place: string, wanted: RegExp): string {
    this.#skipSpace();
    return this.#take(place, wanted);
  }

  #take(place: string, wanted: RegExp): string {
    const character = this.#text.charAt(this.position);
    if (character === '') throw new TooShort();
    if (!wanted.test(character)) throw new Error(`invalid character ${quote(character)} ${place}`);
    this.position += 1;
    return character;
  }
}

const quote = (character: string): string =>
  character === "'" ? "'\\''" : character === '"' ? `'"'` : `'${JSON.stringify(character).slice(1, -1)}'`;
