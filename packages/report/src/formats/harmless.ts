import { isPlain, plain } from '../plain.ts';

/** Longest text of a report, in characters; the rest of a longer one is cut. Advisories are rarely longer. */
const longestText = 10_000;

/**
 * Makes every text in a value {@link plain}. What has nothing to change is given back as it is, and the same text is changed
 * once: reports are large, and an advisory is in them once for each package.
 */
export function createHarmless(): <T>(value: T) => T {
  const changed = new Map<string, string>();
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null) return value;
    return Array.isArray(value) ? cleanList(value, clean) : cleanFields(value as Fields, clean);
  };
  const text = (value: string): string => {
    if (isPlain(value, longestText)) return value;
    const known = changed.get(value) ?? plain(value, longestText);
    changed.set(value, known);
    return known;
  };
  return <T>(value: T) => clean(value) as T;
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
