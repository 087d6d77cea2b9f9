/** Which of two comes first: negative for the first one. */
export type Order = (one: string, other: string) => number;

/** Two runs of digits as numbers, however long. */
export function compareNumbers(one: string, other: string): number {
  const [left, right] = [withoutZeros(one), withoutZeros(other)];
  return left.length - right.length || compareTexts(left, right);
}

function withoutZeros(digits: string): string {
  return digits.startsWith('0') ? digits.replace(/^0+/, '') : digits;
}

/** By code units: the same order on every machine, whatever its locale. */
export function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Two lists by the first place where they differ; what a list lacks is `missing`. */
export function compareLists(
  one: readonly string[],
  other: readonly string[],
  missing: string,
  compare: Order,
): number {
  for (let place = 0; place < Math.max(one.length, other.length); place++) {
    const difference = compare(one[place] ?? missing, other[place] ?? missing);
    if (difference !== 0) return difference;
  }
  return 0;
}
