import { type ContentSource, type Descriptor, formatReference, parseManifest } from '@harbor-pilot/oci';
import type { BlobSource } from '@harbor-pilot/registry';
import type { PromotionPart, Runtime } from '@harbor-pilot/step-kit';
import { countOf, formatBytes } from '../phrases.ts';
import type { Destination } from '../push/destinations.ts';
import { createPushMeter, type PushMeter } from '../push/push-meter.ts';
import type { Attached } from './attached.ts';

/** An image with all that belongs to it. */
export interface WholeImage {
  readonly image: Descriptor;
  readonly attached: readonly Attached[];
  readonly content: ContentSource;
}

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
  { image, attached, content }: WholeImage,
  destination: Destination,
  origin: Origin,
  runtime: Runtime,
): Promise<PromotionPart> {
  const { registry, reference, tags, mountFrom } = destination;
  const { registry: host, repository } = reference;
  const name = formatReference({ registry: host, repository });
  const meter = createPushMeter(name, runtime);
  await registry.pushImage(repository, image, content, {
    signal: runtime.signal,
    progress: meter.progress,
    ...(mountFrom === undefined ? {} : { mountFrom }),
  });
  for (const one of attached) {
    runtime.signal.throwIfAborted();
    await attach(one, content, destination, meter, runtime.signal);
  }
  const bytes = await content.read(image);
  for (const tag of tags) await registry.pushManifest(repository, { descriptor: image, bytes }, tag);
  const { pushedBlobs, presentBlobs, mountedBlobs, sentBytes, durationSeconds } = meter.moved();
  runtime.info(
    `  ${name}@${image.digest}: ${countOf(pushedBlobs, 'blob')} pushed (${formatBytes(sentBytes)}), ${mountedBlobs} mounted, ${presentBlobs} there already; ${countOf(attached.length, 'referrer')}; tags: ${tags.join(', ')}`,
  );
  const moved = { pushedBlobs, presentBlobs, mountedBlobs, sentBytes, durationSeconds };
  return { ...origin, image: name, tags, referrers: attached.length, ...moved };
}

/** Pushes one manifest that belongs to an image, its blobs before it. */
async function attach(
  { descriptor, tag }: Attached,
  content: ContentSource,
  { registry, reference, mountFrom }: Destination,
  meter: PushMeter,
  signal: AbortSignal,
): Promise<void> {
  const { repository } = reference;
  const bytes = await content.read(descriptor);
  const parsed = parseManifest(bytes, descriptor.mediaType);
  const document = parsed.kind === 'manifest' ? parsed.manifest : parsed.index;
  if (parsed.kind === 'index') await registry.pushImage(repository, descriptor, content, { signal });
  else {
    for (const blob of [parsed.manifest.config, ...parsed.manifest.layers]) {
      const source: BlobSource = { descriptor: blob, open: () => content.open(blob) };
      const options = { signal, ...(mountFrom === undefined ? {} : { mountFrom }) };
      meter.progress.blobDone?.(blob, await registry.pushBlob(repository, source, options));
    }
  }
  if (document.subject !== undefined) await registry.pushReferrer(repository, { descriptor, bytes });
  if (document.subject === undefined || tag !== undefined) {
    await registry.pushManifest(repository, { descriptor, bytes }, tag);
  }
}
