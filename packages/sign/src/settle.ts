import { type Clock, inParallel } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import type { PushedSignature, PushSignature } from './push.ts';

/** How long another job may take between reading a tag and setting it. */
const settleMilliseconds = 300;
const settleAttempts = 5;

/**
 * Looks again for what was pushed under tags, and adds what is gone: a registry cannot set a tag only if nobody else did, so another job that had read
 * the tag before it was set here may have set it without this.
 * @returns the manifest that holds each at last.
 */
export async function settle<Item extends { readonly push: PushSignature }>(
  pushed: ReadonlyMap<Item, PushedSignature>,
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal },
): Promise<ReadonlyMap<Item, Digest>> {
  const digests = new Map([...pushed].map(([item, { digest }]) => [item, digest]));
  let unsettled = [...pushed].flatMap(([item, { isTagSet }]) => (isTagSet ? [item] : []));
  for (let attempt = 0; unsettled.length > 0 && attempt < settleAttempts; attempt += 1) {
    await clock.sleep(settleMilliseconds, signal);
    const again = await inParallel(unsettled, async (item) => ({ item, ...(await item.push()) }));
    for (const { item, digest } of again) digests.set(item, digest);
    unsettled = again.flatMap(({ item, isTagSet }) => (isTagSet ? [item] : []));
  }
  return digests;
}
