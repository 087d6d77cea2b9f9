import { type Clock, inParallel } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import type { PushSignature } from './push.ts';

/** How long another job may take between reading a classic tag and setting it. */
const settleMilliseconds = 300;
const settleAttempts = 5;

/**
 * Looks again for what was pushed under classic tags, and adds what is gone: a registry cannot set a tag only if nobody else did, so another job that
 * had read the tag before it was set here may have set it without this.
 * @param pushed the manifest that holds each; where it is another at last, that is written here.
 * @param items those of them that are under a classic tag, and were not there before.
 */
export async function settle<Item extends { readonly push: PushSignature }>(
  pushed: Map<Item, Digest>,
  items: readonly Item[],
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal },
): Promise<void> {
  let unsettled = items;
  for (let attempt = 0; unsettled.length > 0 && attempt < settleAttempts; attempt += 1) {
    await clock.sleep(settleMilliseconds, signal);
    const isMoved = await inParallel(unsettled, async (one) => {
      const before = pushed.get(one);
      pushed.set(one, await one.push());
      return pushed.get(one) !== before;
    });
    unsettled = unsettled.filter((_, index) => isMoved[index]);
  }
}
