import { type Clock, formatBytes, secondsSince } from '@harbor-pilot/core';
import type { Descriptor, Digest } from '@harbor-pilot/oci';
import type { PushProgress } from '@harbor-pilot/registry';
import type { PushedDestination, Runtime } from '@harbor-pilot/step-kit';

/** What was moved, without where to. */
export type Moved = Omit<PushedDestination, 'image' | 'tags'>;

/** Shows how a push goes on, one line for each blob, and counts what it moves. */
export interface PushMeter {
  readonly progress: PushProgress;
  /** What was moved until now. */
  moved(): Moved;
}

/** Nobody reads faster; a fast line moves a thousand pieces in a second. */
const showMilliseconds = 50;

interface BlobState {
  readonly begin: Date;
  shownAt: number;
  sentBytes: number;
  hasBroken: boolean;
}

/**
 * Begins to measure a push.
 * @param id distinguishes the lines of pushes that go on at the same time.
 */
export function createPushMeter(id: string, runtime: Pick<Runtime, 'clock' | 'progress'>): PushMeter {
  const { clock } = runtime;
  const begin = clock.now();
  const blobs = new Map<Digest, BlobState>();
  const counts = { pushed: 0, present: 0, mounted: 0 };
  let sentBytes = 0;
  const show = (blob: Descriptor, words: string, isDone: boolean): void =>
    runtime.progress(`${id} ${blob.digest}`, `  ${blob.digest.slice(0, 19)} ${words}`, isDone);
  return {
    progress: {
      blobBytes: (blob, bytes) => {
        const now = clock.now();
        const known = blobs.get(blob.digest);
        const state = known ?? { begin: now, shownAt: -showMilliseconds, sentBytes: -1, hasBroken: false };
        // A try that goes on always has more than before.
        if (bytes <= state.sentBytes) state.hasBroken = true;
        state.sentBytes = bytes;
        if (known === undefined) blobs.set(blob.digest, state);
        if (now.getTime() - state.shownAt < showMilliseconds) return;
        state.shownAt = now.getTime();
        const share = `${formatBytes(bytes)} of ${formatBytes(blob.size)}`;
        show(blob, `${share}, ${formatRate(bytes, state.begin, clock)}`, false);
      },
      blobDone: (blob, outcome) => {
        counts[outcome]++;
        const state = blobs.get(blob.digest);
        if (outcome === 'pushed') sentBytes += blob.size;
        const rate =
          outcome === 'pushed' && state !== undefined ? `, ${formatRate(blob.size, state.begin, clock)}` : '';
        const broken = state?.hasBroken === true ? ', after a broken try' : '';
        show(blob, `${formatBytes(blob.size)} ${outcome}${rate}${broken}`, true);
      },
    },
    moved: () => {
      const durationSeconds = secondsSince(begin, clock);
      return {
        pushedBlobs: counts.pushed,
        presentBlobs: counts.present,
        mountedBlobs: counts.mounted,
        retriedBlobs: [...blobs.values()].filter(({ hasBroken }) => hasBroken).length,
        sentBytes,
        bytesPerSecond: perSecond(sentBytes, durationSeconds),
        durationSeconds,
      };
    },
  };
}

function formatRate(bytes: number, begin: Date, clock: Clock): string {
  return `${formatBytes(perSecond(bytes, secondsSince(begin, clock)))}/s`;
}

/** Clocks count whole milliseconds: less than one is taken for one. */
function perSecond(bytes: number, seconds: number): number {
  return Math.round(bytes / Math.max(seconds, 0.001));
}
