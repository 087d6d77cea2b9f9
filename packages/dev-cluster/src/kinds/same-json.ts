/**
 * Whether two JSON values say the same. A field that is undefined is as absent; the order of fields says nothing.
 * `isDeepStrictEqual` of Node compares prototypes too, and so never finds a `structuredClone` equal where the clone comes
 * from another realm, as in tests that run in a vm context.
 */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => isSameJson(left[key], right[key]));
}
