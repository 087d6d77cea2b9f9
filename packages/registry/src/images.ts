import { eitherSignal, inParallel, together } from '@harbor-pilot/core';
import {
  blobsOf,
  type Content,
  type ContentSource,
  type Descriptor,
  distinct,
  manifestsIn,
  parseManifest,
  passContent,
} from '@harbor-pilot/oci';
import { hasBlob } from './blobs.ts';
import { fixedFirst } from './fixed-first.ts';
import { digestHeld, notThere, pushManifest } from './manifest-push.ts';
import type { Session } from './session.ts';
import type { PushOptions } from './types.ts';
import { pushBlob } from './uploads.ts';

// Large blobs wait for the line, small ones for round trips.
const largeBlobBytes = 1024 * 1024;
const parallelUploads = { large: 4, small: 24 };

/** Pushes all that a manifest or index reaches. Nothing points to anything that is not there yet; tags are set last. */
export async function pushImage(
  session: Session,
  repository: string,
  root: Descriptor,
  from: ContentSource,
  options: PushOptions = {},
): Promise<Descriptor> {
  const { progress, signal } = options;
  const tags = fixedFirst(options.tags ?? []);
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
  const isThere = await inParallel(
    blobs,
    ({ digest }) => hasBlob(session, repository, digest, true),
    parallelUploads.small,
  );
  return blobs.filter((_, position) => isThere[position] !== true);
}

async function readManifest(
  { mediaType, digest, size }: Descriptor,
  from: Pick<ContentSource, 'read'>,
): Promise<Content> {
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
  const contents = await readManifests(top, from);
  const blobs = distinct(contents.flatMap(blobsIn));
  // Far from the registry each round trip counts: it is asked for its blobs while the caller thinks.
  const [missing] = await together([
    () => missingBlobs(session, repository, blobs),
    async () => options.beforeUpload?.(blobs),
  ]);
  const lacked = new Set(missing);
  for (const blob of blobs) if (!lacked.has(blob)) options.progress?.blobDone?.(blob, 'present');
  await pushBlobs(session, repository, missing, from, options);
  for (const content of contents.slice(0, -1)) {
    await pushManifest(session, repository, content, undefined, { signal: options.signal });
    options.progress?.manifestDone?.(content.descriptor);
  }
}

/** All that a manifest or index reaches: what is in an index before it, and the top itself last. */
async function readManifests(top: Content, from: ContentSource): Promise<readonly Content[]> {
  const source = {
    read: async (one: Descriptor) => (one.digest === top.descriptor.digest ? top.bytes : from.read(one)),
  };
  const found = await manifestsIn(source, top.descriptor);
  return inParallel(found, (one) => readManifest(one, source));
}

function blobsIn({ descriptor, bytes }: Content): readonly Descriptor[] {
  const parsed = parseManifest(bytes, descriptor.mediaType);
  return parsed.kind === 'index' ? [] : blobsOf(parsed.manifest);
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
  const isSmall = ({ size }: Descriptor) => size < largeBlobBytes;
  await Promise.all([
    inParallel(blobs.filter(isLarge), push, parallelUploads.large),
    inParallel(blobs.filter(isSmall), push, parallelUploads.small),
  ]);
  signal?.throwIfAborted();
  if (failure !== undefined) throw failure;
}
