/**
 * Does something with each item, so many at once; results in the order of the items. No more items are taken than are worked
 * on: memory does not grow with their number. The first error ends it, when what is under way has come to its end.
 */
export async function* mapInOrder<Item, Result>(
  items: AsyncIterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const underWay: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      // It is awaited in its turn; until then nobody else shall call it unhandled.
      result.catch(() => undefined);
      underWay.push(result);
      if (underWay.length >= atOnce) yield* firstOf(underWay);
    }
    while (underWay.length > 0) yield* firstOf(underWay);
  } finally {
    await Promise.allSettled(underWay);
  }
}

async function* firstOf<Result>(underWay: Promise<Result>[]): AsyncGenerator<Result> {
  const first = underWay.shift();
  if (first !== undefined) yield await first;
}
