import {
  blobsOf,
  type Content,
  type ContentSource,
  type Descriptor,
  manifestsIn,
  parseManifest,
  passContent,
} from '@harbor-pilot/oci';
import { type Attached, findAttached } from './attached.ts';
import { addToClassicTag, classicManifest } from './classic-tag.ts';
import { fixedFirst } from './fixed-first.ts';
import type { PushOptions, Registry } from './types.ts';

/** An image with all that belongs to it, wherever that is kept. */
export interface WholeImage {
  readonly image: Descriptor;
  readonly attached: readonly Attached[];
  readonly content: ContentSource;
}

/** Finds all that belongs to an image and, when it is an index, to the images in it. */
export async function readWhole(registry: Registry, repository: string, image: Descriptor): Promise<WholeImage> {
  const content = registry.source(repository);
  const subjects = await manifestsIn(content, image);
  const digests = subjects.map(({ digest }) => digest);
  return { image, content, attached: await findAttached(registry, repository, digests) };
}

/**
 * Pushes an image, then what belongs to it, the tags last: whoever sees the tag can verify the image. What is there
 * already stays as it is, so that it can be done again, also with immutable tags.
 * @param options `beforeUpload` is told the blobs of what belongs to the image as well.
 */
export async function pushWhole(
  to: Registry,
  repository: string,
  whole: WholeImage,
  { tags = [], beforeUpload, ...options }: PushOptions = {},
): Promise<void> {
  const { image, attached, content } = whole;
  await to.pushImage(repository, image, content, {
    ...options,
    beforeUpload: beforeUpload && (async (blobs) => beforeUpload(await withAttachedBlobs(blobs, whole))),
  });
  for (const one of attached) {
    options.signal?.throwIfAborted();
    await attach(to, repository, one, content, options);
  }
  const bytes = await content.read(image);
  for (const tag of fixedFirst(tags)) await to.pushManifest(repository, { descriptor: image, bytes }, tag);
}

/** Each blob once, since a registry keeps it once. */
async function withAttachedBlobs(
  blobs: readonly Descriptor[],
  { attached, content }: WholeImage,
): Promise<readonly Descriptor[]> {
  const all = new Map(blobs.map((blob) => [blob.digest, blob]));
  for (const { descriptor } of attached) {
    const parsed = parseManifest(await content.read(descriptor), descriptor.mediaType);
    if (parsed.kind === 'index') continue;
    for (const blob of blobsOf(parsed.manifest)) all.set(blob.digest, blob);
  }
  return [...all.values()];
}

/** Pushes one manifest that belongs to an image, its blobs before it. */
async function attach(
  to: Registry,
  repository: string,
  { descriptor, tag }: Attached,
  content: ContentSource,
  options: PushOptions,
): Promise<void> {
  const bytes = await content.read(descriptor);
  const parsed = parseManifest(bytes, descriptor.mediaType);
  const document = parsed.kind === 'manifest' ? parsed.manifest : parsed.index;
  if (parsed.kind === 'index') await to.pushImage(repository, descriptor, content, options);
  else {
    for (const blob of blobsOf(parsed.manifest)) {
      const outcome = await to.pushBlob(
        repository,
        { descriptor: blob, open: () => passContent(content, blob) },
        options,
      );
      options.progress?.blobDone?.(blob, outcome);
    }
  }
  if (document.subject !== undefined) await to.pushReferrer(repository, { descriptor, bytes });
  if (document.subject === undefined || tag !== undefined) {
    await setTag(to, repository, { descriptor, bytes }, tag, options.signal);
  }
}

/** Pushes by tag, or by digest. What is under a tag of signatures or attestations stays there, with what is copied besides. */
async function setTag(
  to: Registry,
  repository: string,
  content: Content,
  tag: string | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const isShared = tag !== undefined && /\.(?:sig|att)$/.test(tag);
  if (isShared && (await to.find(repository, tag)) !== undefined) {
    await addToClassicTag(to, repository, tag, classicManifest(content).layers, signal);
  } else await to.pushManifest(repository, content, tag);
}
