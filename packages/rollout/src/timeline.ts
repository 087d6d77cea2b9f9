import { type Clock, redact } from '@harbor-pilot/core';
import type { TimelineEntry } from '@harbor-pilot/step-kit';

/** What happened so far, in order. */
export interface Timeline {
  add(workload: string, message: string): void;
  entries(): readonly TimelineEntry[];
  /** Since the rollout began. */
  seconds(): number;
}

/** A timeline that begins now and tells every entry to a listener. */
export function createTimeline(clock: Clock, tell: (entry: TimelineEntry) => void = () => undefined): Timeline {
  const begin = clock.now().getTime();
  const list: TimelineEntry[] = [];
  const seconds = (): number => Math.round((clock.now().getTime() - begin) / 100) / 10;
  return {
    add: (workload, message) => {
      const entry = { atSeconds: seconds(), workload, message: redact(message) };
      list.push(entry);
      tell(entry);
    },
    entries: () => [...list],
    seconds,
  };
}
