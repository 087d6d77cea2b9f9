/**
 * Adds a point of a curve to itself, by doubling. Not for secrets: how long it takes tells about the factor.
 * @param neutral the point that adds nothing.
 */
export function times<Point>(
  factor: bigint,
  point: Point,
  neutral: Point,
  add: (one: Point, other: Point) => Point,
): Point {
  let sum = neutral;
  let doubled = point;
  for (let rest = factor; rest > 0n; rest >>= 1n) {
    if (rest & 1n) sum = add(sum, doubled);
    doubled = add(doubled, doubled);
  }
  return sum;
}
