import { plain } from '../plain.ts';

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
    return typeof value === 'object' && value !== null ? cleanFields(value, clean) : value;
  };
  const text = (value: string): string => {
    const known = changed.get(value) ?? plain(value, longestText);
    if (known !== value) changed.set(value, known);
    return known;
  };
  return <T>(value: T) => clean(value) as T;
}

/** Of an object or a list. */
function cleanFields(value: object, clean: (field: unknown) => unknown): object {
  const fields = value as Readonly<Record<string, unknown>>;
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(fields)) {
    const field = clean(fields[key]);
    if (field === fields[key]) continue;
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
    copy[key] = field;
  }
  return copy ?? value;
}
