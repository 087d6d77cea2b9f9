import { formatBytes, formatCount, formatNumber } from '@harbor-pilot/core';
import type { PromotionPart, PushedDestination, PushPart, ReleaseRecord } from '@harbor-pilot/step-kit';
import { formatSeconds } from './format.ts';

/** A repository that has the image, and how it got there. */
export interface Place {
  /** `registry/repository`. */
  readonly image: string;
  readonly tags: readonly string[];
  /** `pushed`, or what was promoted with it and where from. */
  readonly origin: string;
  /** Bytes, time and rate: `9.9 MB in 0.6 s, 16.5 MB/s`. */
  readonly sent: string;
  /** How the blobs got there: `5 pushed, 2 there already`. */
  readonly blobs: string;
}

/** Where an image was pushed and promoted to, in this order. */
export function placesOf(record: ReleaseRecord): readonly Place[] {
  const { push, promotions = [] } = record;
  return [
    ...(push === undefined ? [] : pushesOf(push, record.image)).map((destination) => pushedPlace(destination, record)),
    ...promotions.map(promotedPlace),
  ];
}

/** What was moved to one repository. Old records do not tell what was mounted, and promotions not what was retried. */
type Moved = Pick<PushedDestination, 'pushedBlobs' | 'presentBlobs' | 'sentBytes' | 'durationSeconds'> &
  Partial<Pick<PushedDestination, 'mountedBlobs' | 'retriedBlobs'>>;

type Push = Moved & Pick<PushedDestination, 'image' | 'tags'>;

function pushesOf(push: PushPart, image: string): readonly Push[] {
  return push.destinations ?? [{ ...push, image, tags: [push.quarantineTag] }];
}

/** The release tags took the place of the one that it was pushed under. */
function pushedPlace({ image, tags, ...moved }: Push, record: ReleaseRecord): Place {
  const isReleased = image === record.image && record.tags !== undefined && record.tags.length > 0;
  const held = isReleased ? record.tags : tags;
  const isInQuarantine = record.push !== undefined && held.includes(record.push.quarantineTag);
  return { image, tags: held, origin: isInQuarantine ? 'pushed, in quarantine' : 'pushed', ...wordsOf(moved) };
}

function promotedPlace({ image, tags, from, verified, referrers, ...moved }: PromotionPart): Place {
  const signature = verified ? 'signature verified' : 'signature not verified';
  // The foreign text is last: a long one is cut, and must not take our words with it.
  const origin = `promoted with ${formatCount(referrers, 'referrer')}, ${signature}, from ${from}`;
  return { image, tags, origin, ...wordsOf(moved) };
}

function wordsOf({
  pushedBlobs,
  presentBlobs,
  mountedBlobs = 0,
  retriedBlobs = 0,
  sentBytes,
  durationSeconds,
}: Moved): Pick<Place, 'sent' | 'blobs'> {
  const counts = [
    [pushedBlobs, 'pushed'],
    [mountedBlobs, 'mounted'],
    [presentBlobs, 'there already'],
    [retriedBlobs, 'after a broken try'],
  ] as const;
  const blobs = counts.filter(([count]) => count > 0).map(([count, words]) => `${formatNumber(count)} ${words}`);
  const rate = durationSeconds > 0 ? `, ${formatBytes(sentBytes / durationSeconds)}/s` : '';
  return {
    sent: sentBytes === 0 ? 'nothing' : `${formatBytes(sentBytes)} in ${formatSeconds(durationSeconds)}${rate}`,
    // No blob is looked at when the registry has the manifest, and so all that it names.
    blobs: blobs.length === 0 ? 'all there already' : blobs.join(', '),
  };
}
