import { type ContentSource, type Descriptor, type Digest, parseManifest, passContent } from '@harbor-pilot/oci';
import { type Attached, findAttached } from './attached.ts';
import type { BlobSource, PushProgress, Registry } from './types.ts';

/** An image with all that belongs to it, wherever that is kept. */
export interface WholeImage {
  readonly image: Descriptor;
  readonly attached: readonly Attached[];
  readonly content: ContentSource;
}

/** How a whole image is pushed. */
export interface PushWholeOptions {
  readonly tags?: readonly string[] | undefined;
  /** Repository of the same registry that has the blobs already. */
  readonly mountFrom?: string | undefined;
  readonly progress?: PushProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A copy of an image from one registry to another, or within one. */
export interface ImageCopy {
  readonly from: Registry;
  readonly fromRepository: string;
  readonly to: Registry;
  readonly toRepository: string;
  readonly image: Descriptor;
  readonly tags?: readonly string[] | undefined;
  readonly progress?: PushProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Copies an image by its digest, with its signatures, attestations and SBOMs. Within one registry blobs are mounted; from
 * one to another they are streamed, and verified on the way.
 * @returns what was copied besides the image.
 */
export async function copyImage(copy: ImageCopy): Promise<readonly Attached[]> {
  const { from, fromRepository, to, toRepository, tags, progress, signal } = copy;
  const whole = await readWhole(from, fromRepository, copy.image);
  const mountFrom = from.host === to.host ? fromRepository : undefined;
  await pushWhole(to, toRepository, whole, { tags, mountFrom, progress, signal });
  return whole.attached;
}

/** Finds all that belongs to an image and, when it is an index, to the images in it. */
export async function readWhole(registry: Registry, repository: string, image: Descriptor): Promise<WholeImage> {
  const content = registry.source(repository);
  const parsed = parseManifest(await content.read(image), image.mediaType);
  const children = parsed.kind === 'index' ? parsed.index.manifests : [];
  const subjects: readonly Digest[] = [image, ...children].map(({ digest }) => digest);
  return { image, content, attached: await findAttached(registry, repository, subjects) };
}

/**
 * Pushes an image, then what belongs to it, the tags last: whoever sees the tag can verify the image. What is there
 * already stays as it is, so that it can be done again, also with immutable tags.
 */
export async function pushWhole(
  to: Registry,
  repository: string,
  { image, attached, content }: WholeImage,
  { tags = [], mountFrom, progress, signal }: PushWholeOptions = {},
): Promise<void> {
  const options = {
    ...(mountFrom === undefined ? {} : { mountFrom }),
    ...(progress === undefined ? {} : { progress }),
    ...(signal === undefined ? {} : { signal }),
  };
  await to.pushImage(repository, image, content, options);
  for (const one of attached) {
    signal?.throwIfAborted();
    await attach(to, repository, one, content, options);
  }
  const bytes = await content.read(image);
  for (const tag of tags) await to.pushManifest(repository, { descriptor: image, bytes }, tag);
}

type AttachOptions = NonNullable<Parameters<Registry['pushImage']>[3]>;

/** Pushes one manifest that belongs to an image, its blobs before it. */
async function attach(
  to: Registry,
  repository: string,
  { descriptor, tag }: Attached,
  content: ContentSource,
  options: AttachOptions,
): Promise<void> {
  const bytes = await content.read(descriptor);
  const parsed = parseManifest(bytes, descriptor.mediaType);
  const document = parsed.kind === 'manifest' ? parsed.manifest : parsed.index;
  if (parsed.kind === 'index') await to.pushImage(repository, descriptor, content, options);
  else {
    for (const blob of [parsed.manifest.config, ...parsed.manifest.layers]) {
      const source: BlobSource = { descriptor: blob, open: () => passContent(content, blob) };
      const outcome = await to.pushBlob(repository, source, options);
      options.progress?.blobDone?.(blob, outcome);
    }
  }
  if (document.subject !== undefined) await to.pushReferrer(repository, { descriptor, bytes });
  if (document.subject === undefined || tag !== undefined) {
    await to.pushManifest(repository, { descriptor, bytes }, tag);
  }
}
