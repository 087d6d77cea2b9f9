import { formatCount } from '@harbor-pilot/core';
import { pushWhole, type WholeImage } from '@harbor-pilot/registry';
import { renderMarkdown } from '@harbor-pilot/report';
import { unrecognisedSignatures } from '@harbor-pilot/sign';
import type { PromotionPart, ReleaseRecord, Runtime } from '@harbor-pilot/step-kit';
import { deliverToAll } from '../push/deliver-to-all.ts';
import type { Destination } from '../push/destinations.ts';
import { pushTo } from '../push/push-to.ts';

/** Where an image comes from, for the record. */
export interface Origin {
  /** `registry/repository`. */
  readonly from: string;
  /** Whether its signature was verified. */
  readonly verified: boolean;
}

/**
 * Copies an image to some destinations, one after the other, and tells its record when all have it.
 * @param note writes the copies that were made until now into the record.
 * @returns the first copy by its digest, `registry/repository@digest`.
 * @throws PilotError QUOTA_EXCEEDED; and what the registries throw.
 */
export async function copyToAll(
  whole: WholeImage,
  destinations: readonly Destination[],
  origin: Origin,
  note: (promotions: readonly PromotionPart[]) => Promise<ReleaseRecord>,
  runtime: Runtime,
): Promise<string> {
  const { digest } = whole.image;
  let record: ReleaseRecord | undefined;
  const copy = (destination: Destination): Promise<PromotionPart> => copyImage(whole, destination, origin, runtime);
  const promotions = await deliverToAll(digest, destinations, copy, runtime, async (done) => {
    record = await note(done);
  });
  if (record !== undefined) await runtime.summary(renderMarkdown(record));
  return `${promotions[0]?.image}@${digest}`;
}

/**
 * Copies an image by its digest: the image first, then what belongs to it, the tags last. What is there already stays as it
 * is, so that it can be done again, also with immutable tags.
 */
async function copyImage(
  whole: WholeImage,
  destination: Destination,
  origin: Origin,
  runtime: Runtime,
): Promise<PromotionPart> {
  const { registry, reference } = destination;
  const referrers = whole.attached.length;
  const pushed = await pushTo(destination, runtime, (options) =>
    pushWhole(registry, reference.repository, whole, options),
  );
  runtime.info(`  ${whole.image.digest} with ${formatCount(referrers, 'referrer')}`);
  await warnOfUnrecognised(whole, destination, runtime);
  const { image, tags, pushedBlobs, presentBlobs, mountedBlobs, sentBytes, durationSeconds } = pushed;
  return { ...origin, image, tags, referrers, pushedBlobs, presentBlobs, mountedBlobs, sentBytes, durationSeconds };
}

/** Says when the signatures are of a form that the Harbor where they went to does not know. */
async function warnOfUnrecognised(whole: WholeImage, { reference, advisor }: Destination, { warn }: Runtime) {
  const version = await advisor?.version().catch(() => undefined);
  if (version === undefined) return;
  const unrecognised = await unrecognisedSignatures(whole, version);
  if (unrecognised.length === 0) return;
  const what = `${formatCount(unrecognised.length, 'digest')} of ${reference.registry}/${reference.repository}`;
  warn(
    `Harbor ${version} does not recognise the copied signatures of ${what}: they are bundles, which Harbor knows since 2.15. Sign there with "format: classic", before a policy asks for signatures.`,
  );
}
