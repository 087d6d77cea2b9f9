import { eitherSignal, PilotError, together } from '@harbor-pilot/core';
import {
  blobsOf,
  type Content,
  type ContentSource,
  type Descriptor,
  type Digest,
  parseManifest,
  passContent,
} from '@harbor-pilot/oci';
import pMap from 'p-map';
import { hasBlob } from './blobs.ts';
import { digestHeld, notThere, pushManifest } from './manifest-push.ts';
import type { Session } from './session.ts';
import type { PushOptions } from './types.ts';
import { pushBlob } from './uploads.ts';

// Large blobs wait for the line, small ones for round trips.
const largeBlobBytes = 1024 * 1024;
const parallelUploads = { large: 4, small: 24 };
// More than any image has; a hostile index could name manifests without end.
const manifestLimit = 2000;
const depthLimit = 8;

interface ImageParts {
  readonly blobs: Map<Digest, Descriptor>;
  /** Children before the index that names them. */
  readonly manifests: Map<Digest, Content>;
}

/** Pushes all that a manifest or index reaches. Nothing points to anything that is not there yet; tags are set last. */
export async function pushImage(
  session: Session,
  repository: string,
  root: Descriptor,
  from: ContentSource,
  options: PushOptions = {},
): Promise<Descriptor> {
  const { tags = [], progress, signal } = options;
  const [top, ...before] = await together<[Content, ...(string | undefined)[]]>([
    () => readManifest(root, from),
    ...tags.map((tag) => () => digestHeld(session, repository, tag)),
  ]);
  // A registry takes a manifest only when all that it names is there, so one that has it needs nothing more.
  const isThere = before.includes(root.digest) || (await digestHeld(session, repository, root.digest)) === root.digest;
  if (!isThere) await pushParts(session, repository, top, from, options);
  if (tags.length === 0) await pushManifest(session, repository, top, undefined, { signal });
  for (const [position, tag] of tags.entries()) {
    const heldBefore = before[position] ?? notThere;
    if (heldBefore !== root.digest) await pushManifest(session, repository, top, tag, { heldBefore, signal });
    progress?.manifestDone?.(top.descriptor, tag);
  }
  if (tags.length === 0) progress?.manifestDone?.(top.descriptor);
  return top.descriptor;
}

/** Those of some blobs that a repository lacks, in the same order. */
export async function missingBlobs(
  session: Session,
  repository: string,
  blobs: readonly Descriptor[],
): Promise<readonly Descriptor[]> {
  const isThere = await pMap(blobs, ({ digest }) => hasBlob(session, repository, digest, true), {
    concurrency: parallelUploads.small,
  });
  return blobs.filter((_, position) => isThere[position] !== true);
}

async function readManifest({ mediaType, digest, size }: Descriptor, from: ContentSource): Promise<Content> {
  return { descriptor: { mediaType, digest, size }, bytes: await from.read({ mediaType, digest, size }) };
}

/** Pushes everything below a manifest or index. */
async function pushParts(
  session: Session,
  repository: string,
  top: Content,
  from: ContentSource,
  options: PushOptions,
): Promise<void> {
  const parts: ImageParts = { blobs: new Map(), manifests: new Map() };
  await collect(top, from, parts, 0);
  const blobs = [...parts.blobs.values()];
  // Far from the registry each round trip counts: it is asked for its blobs while the caller thinks.
  const [missing] = await together([
    () => missingBlobs(session, repository, blobs),
    async () => options.beforeUpload?.(blobs),
  ]);
  const lacked = new Set(missing);
  for (const blob of blobs) if (!lacked.has(blob)) options.progress?.blobDone?.(blob, 'present');
  await pushBlobs(session, repository, missing, from, options);
  parts.manifests.delete(top.descriptor.digest);
  for (const content of parts.manifests.values()) {
    await pushManifest(session, repository, content, undefined, { signal: options.signal });
    options.progress?.manifestDone?.(content.descriptor);
  }
}

async function collect(content: Content, from: ContentSource, parts: ImageParts, depth: number): Promise<void> {
  const { descriptor, bytes } = content;
  if (depth > depthLimit || parts.manifests.size >= manifestLimit) {
    throw new PilotError(
      'CONTENT_HOSTILE',
      `the index has more than ${depthLimit} levels or ${manifestLimit} manifests`,
      {
        hint: 'No image is built like this. Look at what made it.',
      },
    );
  }
  const parsed = parseManifest(bytes, descriptor.mediaType);
  if (parsed.kind === 'index') {
    for (const child of parsed.index.manifests) {
      if (!parts.manifests.has(child.digest)) await collect(await readManifest(child, from), from, parts, depth + 1);
    }
  } else {
    for (const blob of blobsOf(parsed.manifest)) parts.blobs.set(blob.digest, blob);
  }
  parts.manifests.set(descriptor.digest, content);
}

async function pushBlobs(
  session: Session,
  repository: string,
  blobs: readonly Descriptor[],
  from: ContentSource,
  { mountFrom, progress, signal }: PushOptions,
): Promise<void> {
  // One blob that fails stops the others, and their uploads are cancelled before this ends.
  const failed = new AbortController();
  const stop = eitherSignal(signal, failed.signal);
  let failure: unknown;
  const how = { mountFrom, signal: stop, isMissing: true };
  const push = async (descriptor: Descriptor): Promise<void> => {
    if (stop.aborted) return;
    const open = () => passContent(from, descriptor);
    const onBytes = (sentBytes: number) => progress?.blobBytes?.(descriptor, sentBytes);
    try {
      const outcome = await pushBlob(session, repository, { descriptor, open }, { ...how, onBytes });
      progress?.blobDone?.(descriptor, outcome);
    } catch (error) {
      failure ??= error;
      failed.abort(error);
    }
  };
  const isLarge = ({ size }: Descriptor) => size >= largeBlobBytes;
  await Promise.all([
    pMap(blobs.filter(isLarge), push, { concurrency: parallelUploads.large }),
    pMap(
      blobs.filter((blob) => !isLarge(blob)),
      push,
      { concurrency: parallelUploads.small },
    ),
  ]);
  signal?.throwIfAborted();
  if (failure !== undefined) throw failure;
}
