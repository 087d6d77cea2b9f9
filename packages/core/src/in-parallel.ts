/**
 * Does something with each item, so many at a time; results in the order of the items. After the first error nothing more
 * is begun, and what is under way comes to its end before the error is thrown.
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  atOnce = 8,
): Promise<Result[]> {
  const results: Result[] = [];
  const rest = (function* () {
    yield* items.entries();
  })();
  const worker = async (): Promise<void> => {
    // Leaving the loop by an error ends the generator, and with it the loops of the others.
    for (const [index, item] of rest) results[index] = await work(item);
  };
  const workers = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  const failed = workers.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results;
}
