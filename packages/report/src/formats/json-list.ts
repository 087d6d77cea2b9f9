/** A list of JSON, piece by piece: each entry on its own line, so that no line is too long for an editor. */
export function* jsonList<T>(entries: Iterable<T>, textOf: (entry: T, index: number) => string): Generator<string> {
  let index = 0;
  for (const entry of entries) {
    yield `${index === 0 ? '[' : ','}\n${textOf(entry, index)}`;
    index++;
  }
  yield index === 0 ? '[]' : '\n]';
}

/** The fields of an object as text, without the braces, to be followed by others. */
export function jsonFields(object: object): string {
  return JSON.stringify(object).slice(1, -1);
}
