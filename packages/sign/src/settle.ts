import { type Clock, inParallel } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import type { PushedSignature, PushSignature } from './push.ts';

const settleAttempts = 5;
/** In milliseconds. */
const [shortestWait, longestWait] = [20, 3000];

/** What was pushed, and how long that took. */
export interface TimedPush extends PushedSignature {
  readonly milliseconds: number;
}

/** Pushes, and takes the time. */
export async function pushTimed({ push }: { readonly push: PushSignature }, clock: Clock): Promise<TimedPush> {
  const begin = clock.now().getTime();
  const pushed = await push();
  return { ...pushed, milliseconds: clock.now().getTime() - begin };
}

/**
 * Looks again for what was pushed under tags, and adds what is gone: a registry cannot set a tag only if nobody else did,
 * so another job that had read the tag before it was set here may have set it without this.
 * @returns the manifest that holds each at last.
 */
export async function settle<Item extends { readonly push: PushSignature }>(
  pushed: ReadonlyMap<Item, TimedPush>,
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal },
): Promise<ReadonlyMap<Item, Digest>> {
  const digests = new Map([...pushed].map(([item, { digest }]) => [item, digest]));
  let unsettled = [...pushed].flatMap(([item, { isTagSet }]) => (isTagSet ? [item] : []));
  // Another job takes less between reading a tag and setting it, two requests, than a whole push took here, seven. Of six
  // processes that signed one image on two processors none lost its signature, in 18 rounds.
  const slowest = Math.max(...[...pushed.values()].map(({ milliseconds }) => milliseconds));
  const wait = Math.min(longestWait, Math.max(shortestWait, slowest));
  for (let attempt = 0; unsettled.length > 0 && attempt < settleAttempts; attempt += 1) {
    await clock.sleep(wait, signal);
    const again = await inParallel(unsettled, async (item) => ({ item, ...(await item.push()) }));
    for (const { item, digest } of again) digests.set(item, digest);
    unsettled = again.flatMap(({ item, isTagSet }) => (isTagSet ? [item] : []));
  }
  return digests;
}
