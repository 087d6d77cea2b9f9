/** An element of a cut list. */
export interface CutElement {
  /** Name of the list. */
  readonly list: string;
  /** Places in the lists around the list, outermost first. */
  readonly places: readonly number[];
  /** Its JSON. */
  readonly text: string;
}

/** What keeps the reader from harm, in bytes and containers. */
export interface CutterLimits {
  readonly elementBytes: number;
  readonly outlineBytes: number;
  readonly depth: number;
}

/** Some lists, by their names: `runs.*.results`, with `*` for each place in a list around it. */
export type ListNames = Pick<ReadonlySet<string>, 'has'>;

interface Frame {
  readonly opener: number;
  /** `runs.*.results` when that is a list to cut. */
  readonly cut?: string;
  key: string;
  place: number;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openList = 0x5b;
const closeList = 0x5d;
const openMap = 0x7b;
const closeMap = 0x7d;

/**
 * Cuts the elements of some lists out of JSON that comes in chunks, so that a report of any length is read an element at a
 * time. What is left is the outline: the same document with these lists empty. Only brackets, commas and quotes are looked
 * at; whether all else is JSON is for the readers of the elements and of the outline to say.
 */
export class ListCutter {
  readonly #lists: ListNames;
  readonly #limits: CutterLimits;
  readonly #wanted: ListNames;
  readonly #visit: (element: CutElement) => void;
  readonly #counts = new Map<string, number>();
  readonly #frames: Frame[] = [];
  readonly #outline: Buffer[] = [];
  #outlineBytes = 0;
  #element: Buffer[] = [];
  #elementBytes = 0;
  /** Open containers within the element. */
  #depth = 0;
  #isInElement = false;
  #isInText = false;
  #isEscaped = false;
  /** The text that was read last, in the outline: a key, when a colon follows. */
  #text: Buffer[] = [];

  /**
   * @param lists those that are cut.
   * @param wanted those of them whose elements are visited; those of the others are only counted.
   */
  constructor(
    lists: ListNames,
    limits: CutterLimits,
    wanted: ListNames = new Set(),
    visit: (element: CutElement) => void = () => {},
  ) {
    this.#lists = lists;
    this.#limits = limits;
    this.#wanted = wanted;
    this.#visit = visit;
  }

  /** Takes the next bytes, which may be written over afterwards. */
  push(chunk: Buffer): void {
    let from = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.#isInText) {
        const textFrom = at;
        at = this.#endOfText(chunk, at);
        if (!this.#isInElement) this.#text.push(Buffer.from(chunk.subarray(textFrom, this.#isInText ? at : at - 1)));
        continue;
      }
      const byte = chunk[at] as number;
      at += 1;
      if (byte === quote) {
        this.#isInText = true;
        this.#text = [];
      } else if (this.#isInElement) {
        if (!this.#endsElement(byte)) continue;
        this.#finishElement(chunk.subarray(from, at - 1), byte);
        from = byte === closeList ? at - 1 : at;
      } else if (this.#beginsElements(byte)) {
        this.#keep(chunk.subarray(from, at));
        from = at;
        this.#isInElement = true;
      }
    }
    this.#keep(chunk.subarray(from));
  }

  /** How many elements each list has had. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** The outline. Reading it as JSON fails when the document was cut short. */
  outline(): string {
    return Buffer.concat(this.#outline).toString('utf8');
  }

  #endOfText(chunk: Buffer, start: number): number {
    let at = start;
    if (this.#isEscaped) {
      this.#isEscaped = false;
      at += 1;
    }
    for (; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === quote) {
        this.#isInText = false;
        return at + 1;
      }
      if (byte === backslash) at += 1;
    }
    this.#isEscaped = at > chunk.length;
    return chunk.length;
  }

  /** Whether a byte outside of texts ends the element; counts the containers within it. */
  #endsElement(byte: number): boolean {
    if (byte === openList || byte === openMap) this.#depth += 1;
    else if (this.#depth === 0) return byte === comma || byte === closeList || byte === closeMap;
    else if (byte === closeList || byte === closeMap) this.#depth -= 1;
    return false;
  }

  /** @param last its last bytes: mostly all of them, which are not copied then. */
  #finishElement(last: Buffer, end: number): void {
    this.#countElementBytes(last);
    const frame = this.#frames.at(-1) as Frame;
    const isEmptyList = end === closeList && frame.place === 0 && [...this.#element, last].every(isBlank);
    if (!isEmptyList) this.#take(frame.cut as string, last);
    this.#element = [];
    this.#elementBytes = 0;
    frame.place += 1;
    if (end === comma) return;
    this.#isInElement = false;
    this.#frames.pop();
  }

  #take(list: string, last: Buffer): void {
    this.#counts.set(list, (this.#counts.get(list) ?? 0) + 1);
    if (!this.#wanted.has(list)) return;
    const bytes = this.#element.length === 0 ? last : Buffer.concat([...this.#element, last]);
    this.#visit({ list, places: this.#places(), text: bytes.toString('utf8') });
  }

  #places(): number[] {
    return this.#frames
      .slice(0, -1)
      .filter(({ opener }) => opener === openList)
      .map(({ place }) => place);
  }

  /** Follows the outline; whether a list to cut was opened. */
  #beginsElements(byte: number): boolean {
    const frame = this.#frames.at(-1);
    switch (byte) {
      case openList:
      case openMap:
        return this.#open(byte);
      case closeList:
      case closeMap:
        this.#frames.pop();
        break;
      case comma:
        if (frame !== undefined) frame.place += 1;
        break;
      case colon:
        if (frame !== undefined) frame.key = keyOf(Buffer.concat(this.#text).toString('utf8'));
        break;
    }
    return false;
  }

  #open(opener: number): boolean {
    if (this.#frames.length >= this.#limits.depth) throw new CutterLimit(`more than ${this.#limits.depth} levels`);
    const path = this.#frames.map((frame) => (frame.opener === openList ? '*' : frame.key)).join('.');
    const isCut = opener === openList && this.#lists.has(path);
    this.#frames.push({ opener, key: '', place: 0, ...(isCut ? { cut: path } : {}) });
    return isCut;
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.#isInElement) {
      this.#countElementBytes(bytes);
      const isOfUse = this.#wanted.has(this.#frames.at(-1)?.cut ?? '') || isBlank(bytes);
      this.#element.push(isOfUse ? Buffer.from(bytes) : unread);
      return;
    }
    const { outlineBytes } = this.#limits;
    this.#outlineBytes += bytes.length;
    if (this.#outlineBytes > outlineBytes) throw new CutterLimit(`more than ${outlineBytes} bytes beside its entries`);
    this.#outline.push(Buffer.from(bytes));
  }

  #countElementBytes(bytes: Buffer): void {
    const { elementBytes } = this.#limits;
    this.#elementBytes += bytes.length;
    if (this.#elementBytes > elementBytes) throw new CutterLimit(`an entry of more than ${elementBytes} bytes`);
  }
}

/** Stands for bytes that nobody wants. */
const unread = Buffer.from('…');

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

/** A key may be written with escapes, which must not hide a list. */
function keyOf(text: string): string {
  if (!text.includes('\\')) return text;
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text;
  }
}

/** A limit was passed: the message says what the document has. */
export class CutterLimit extends Error {
  override readonly name = 'CutterLimit';
}
