/** A signal that follows another one late. */
export interface LateSignal {
  readonly signal: AbortSignal;
  /** Ends the waiting, when there is nothing to abort any more. */
  release(): void;
}

/** A signal that is aborted so many milliseconds after another one, with its reason. */
export function abortedAfter(first: AbortSignal, milliseconds: number): LateSignal {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    timer = setTimeout(() => late.abort(first.reason), milliseconds);
  };
  if (first.aborted) begin();
  else first.addEventListener('abort', begin, { once: true });
  return {
    signal: late.signal,
    release: () => {
      first.removeEventListener('abort', begin);
      clearTimeout(timer);
    },
  };
}
