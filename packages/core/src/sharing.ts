import { shortened } from './shortened.ts';

/** Levels of lists and objects that are looked into: those of others may have any number. */
const sharedLevels = 4;

type Fields = Record<string, unknown>;

/**
 * Keeps once what the entries of a long list repeat, and cuts long texts. Scanners write all that is known of a
 * vulnerability anew for each package that has it: of 100,000 entries with 20,000 ids, 118 MB of JSON, some 190 MB would
 * stay, and some 40 MB do.
 */
export class Sharing {
  readonly #texts = new Map<string, string>();
  readonly #first = new Map<string, Fields>();

  /**
   * Puts into a fresh entry the texts that were there before, and the lists and objects of the first entry of that name
   * where they are the same.
   * @param entry which nobody else has yet: it is changed, and given back.
   */
  share<T extends object>(name: string, entry: T): T {
    const fields = entry as Fields;
    const first = this.#first.get(name);
    if (first === undefined) this.#first.set(name, fields);
    this.#shareFields(fields, first, sharedLevels);
    return entry;
  }

  /** @returns whether all fields are those of the first. */
  #shareFields(fields: Fields, first: Fields | undefined, levels: number): boolean {
    let isSame = first !== undefined && Object.keys(first).length === Object.keys(fields).length;
    for (const key in fields) {
      const known = first !== undefined && Object.hasOwn(first, key) ? first[key] : undefined;
      fields[key] = this.#shared(fields[key], known, levels);
      isSame &&= known === fields[key];
    }
    return isSame;
  }

  /** As with fields, by numbers: V8 makes texts of the places of a list where they are taken for names. */
  #shareList(list: unknown[], first: unknown[] | undefined, levels: number): boolean {
    let isSame = first?.length === list.length;
    for (let place = 0; place < list.length; place++) {
      list[place] = this.#shared(list[place], first?.[place], levels);
      isSame &&= first?.[place] === list[place];
    }
    return isSame;
  }

  #shared(value: unknown, known: unknown, levels: number): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (typeof value !== 'object' || value === null || levels === 0) return value;
    if (Array.isArray(value)) {
      return this.#shareList(value, Array.isArray(known) ? known : undefined, levels - 1) ? known : value;
    }
    return this.#shareFields(value as Fields, isFields(known) ? known : undefined, levels - 1) ? known : value;
  }

  #text(text: string): string {
    const short = shortened(text);
    const known = this.#texts.get(short);
    if (known === undefined) this.#texts.set(short, short);
    return known ?? short;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
