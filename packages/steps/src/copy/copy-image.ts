import { formatBytes, formatCount } from '@harbor-pilot/core';
import { formatReference } from '@harbor-pilot/oci';
import { pushWhole, type WholeImage } from '@harbor-pilot/registry';
import type { PromotionPart, Runtime } from '@harbor-pilot/step-kit';
import type { Destination } from '../push/destinations.ts';
import { createPushMeter } from '../push/push-meter.ts';

/** Where an image comes from, for the record. */
export interface Origin {
  /** `registry/repository`. */
  readonly from: string;
  /** Whether its signature was verified. */
  readonly verified: boolean;
}

/**
 * Copies an image by its digest: the image first, then what belongs to it, the tags last. What is there already stays as it is, so that
 * it can be done again, also with immutable tags.
 */
export async function copyImage(
  whole: WholeImage,
  destination: Destination,
  origin: Origin,
  runtime: Runtime,
): Promise<PromotionPart> {
  const { image, attached } = whole;
  const { registry, reference, tags, mountFrom } = destination;
  const { registry: host, repository } = reference;
  const name = formatReference({ registry: host, repository });
  const meter = createPushMeter(name, runtime);
  await pushWhole(registry, repository, whole, { tags, mountFrom, progress: meter.progress, signal: runtime.signal });
  const { pushedBlobs, presentBlobs, mountedBlobs, sentBytes, durationSeconds } = meter.moved();
  runtime.info(
    `  ${name}@${image.digest}: ${formatCount(pushedBlobs, 'blob')} pushed (${formatBytes(sentBytes)}), ${mountedBlobs} mounted, ${presentBlobs} there already; ${formatCount(attached.length, 'referrer')}; tags: ${tags.join(', ')}`,
  );
  const moved = { pushedBlobs, presentBlobs, mountedBlobs, sentBytes, durationSeconds };
  return { ...origin, image: name, tags, referrers: attached.length, ...moved };
}
