import type { Clock } from '@harbor-pilot/core';
import { digestOf } from '@harbor-pilot/oci';
import { describe, expect, it } from '@jest/globals';
import { createPushMeter } from '../src/push/push-meter.ts';

function meter(): { push: ReturnType<typeof createPushMeter>; lines: string[]; seconds(now: number): void } {
  let now = 0;
  const clock: Clock = { now: () => new Date(now), sleep: async () => undefined };
  const lines: string[] = [];
  const progress = (_: string, text: string, isDone: boolean): void =>
    void lines.push(`${isDone ? 'done' : 'now'} ${text.trim().slice(20)}`);
  return {
    push: createPushMeter('host/app', { clock, progress }),
    lines,
    seconds: (value) => {
      now = value * 1000;
    },
  };
}

const blob = (name: string, size: number) => ({ mediaType: 'application/x', digest: digestOf(name), size });

describe('a push meter', () => {
  it('shows bytes and rate of each blob, and counts what was moved', () => {
    const { push, lines, seconds } = meter();
    const [large, there, mounted] = [blob('large', 4_000_000), blob('there', 10), blob('mounted', 20)];
    push.progress.blobBytes?.(large, 0);
    push.progress.blobDone?.(there, 'present');
    push.progress.blobDone?.(mounted, 'mounted');
    seconds(1);
    push.progress.blobBytes?.(large, 1_000_000);
    seconds(2);
    push.progress.blobDone?.(large, 'pushed');
    expect(lines).toEqual([
      'now 0 B of 4.0 MB, 0 B/s',
      'done 10 B present',
      'done 20 B mounted',
      'now 1.0 MB of 4.0 MB, 1.0 MB/s',
      'done 4.0 MB pushed, 2.0 MB/s',
    ]);
    expect(push.moved()).toEqual({
      pushedBlobs: 1,
      presentBlobs: 1,
      mountedBlobs: 1,
      retriedBlobs: 0,
      sentBytes: 4_000_000,
      bytesPerSecond: 2_000_000,
      durationSeconds: 2,
    });
  });

  it('tells of an upload that broke and began again', () => {
    const { push, lines } = meter();
    const large = blob('large', 1000);
    for (const bytes of [500, 800, 0, 1000]) push.progress.blobBytes?.(large, bytes);
    push.progress.blobDone?.(large, 'pushed');
    expect(push.moved()).toMatchObject({ pushedBlobs: 1, retriedBlobs: 1 });
    expect(lines.at(-1)).toContain('after a broken try');
  });
});
