import { isPlain, plain } from '../plain.ts';

/** Longest text of a report, in characters; the rest of a longer one is cut. Advisories are rarely longer. */
const longestText = 10_000;

/** Up to this length, in characters, it is quicker to look at a text again than to remember it. */
const shortText = 100;

/**
 * Makes every text in a value {@link plain}. What has nothing to change is given back as it is. Long texts and lists are
 * looked at once: reports are large, and an advisory is in them once for each package.
 */
export function createHarmless(): <T>(value: T) => T {
  const texts = new Map<string, string>();
  const lists = new Map<readonly unknown[], readonly unknown[]>();
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null) return value;
    return Array.isArray(value) ? list(value) : cleanFields(value as Fields, clean);
  };
  const text = (value: string): string => {
    if (value.length <= shortText && isPlain(value, longestText)) return value;
    return remembered(texts, value, () => plain(value, longestText));
  };
  const list = (value: readonly unknown[]): readonly unknown[] =>
    remembered(lists, value, () => cleanList(value, clean));
  return <T>(value: T) => clean(value) as T;
}

function remembered<T>(all: Map<T, T>, value: T, make: () => T): T {
  const known = all.get(value);
  if (known !== undefined) return known;
  const made = make();
  all.set(value, made);
  return made;
}

type Fields = Readonly<Record<string, unknown>>;

function cleanList(list: readonly unknown[], clean: (entry: unknown) => unknown): readonly unknown[] {
  const cleaned = list.map(clean);
  return cleaned.every((entry, index) => entry === list[index]) ? list : cleaned;
}

/** With `for … in`, which makes no list of the keys: these objects have no prototypes of their own. */
function cleanFields(fields: Fields, clean: (field: unknown) => unknown): Fields {
  let copy: Record<string, unknown> | undefined;
  for (const key in fields) {
    const cleaned = clean(fields[key]);
    if (cleaned === fields[key]) continue;
    copy ??= { ...fields };
    copy[key] = cleaned;
  }
  return copy ?? fields;
}
