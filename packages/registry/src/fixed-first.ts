/**
 * Tags in the order in which they are set: those that name one image (`1.0.0`) before those that move on (`1.0`, `1`,
 * `latest`), by the numbers that they have. One that may not be moved is refused before another has moved.
 */
export function fixedFirst(tags: readonly string[]): readonly string[] {
  const numbersIn = (tag: string): number => tag.match(/\d+/g)?.length ?? 0;
  return tags.toSorted((one, other) => numbersIn(other) - numbersIn(one));
}
