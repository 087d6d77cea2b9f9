/** Calls a reconcile function for keys, each at most once per turn of the event loop however often it was asked for. */
export interface Loop {
  enqueue(key: string): void;
  /** Asks again later; the earliest of several wishes for a key counts. */
  enqueueAfter(key: string, milliseconds: number): void;
  close(): void;
}

/** Starts a control loop. Reconcile functions are synchronous: all state is in memory. */
export function startLoop(reconcile: (key: string) => void): Loop {
  const waiting = new Set<string>();
  const timers = new Map<string, { at: number; timer: NodeJS.Timeout }>();
  let turn: NodeJS.Immediate | undefined;
  let isClosed = false;

  const work = (): void => {
    turn = undefined;
    const keys = [...waiting];
    waiting.clear();
    for (const key of keys) reconcile(key);
  };
  const enqueue = (key: string): void => {
    if (isClosed) return;
    waiting.add(key);
    turn ??= setImmediate(work);
  };
  return {
    enqueue,
    enqueueAfter: (key, milliseconds) => {
      const at = performance.now() + milliseconds;
      const pending = timers.get(key);
      if (isClosed || (pending !== undefined && pending.at <= at)) return;
      clearTimeout(pending?.timer);
      const timer = setTimeout(() => {
        timers.delete(key);
        enqueue(key);
      }, milliseconds);
      timers.set(key, { at, timer });
    },
    close: () => {
      isClosed = true;
      clearImmediate(turn);
      for (const { timer } of timers.values()) clearTimeout(timer);
    },
  };
}
