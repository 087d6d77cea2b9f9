import type { Readable } from 'node:stream';
import { PilotError } from '@harbor-pilot/core';
import {
  type Content,
  type ContentSource,
  type Descriptor,
  type Digest,
  manifestMediaTypes,
  parseManifest,
} from '@harbor-pilot/oci';
import pMap from 'p-map';
import { fetchBlob, openBlob } from './blobs.ts';
import { pushManifest } from './manifest-push.ts';
import { getManifest } from './manifests.ts';
import type { Session } from './session.ts';
import type { PushProgress } from './types.ts';
import { pushBlob } from './uploads.ts';

const parallelUploads = 4;
// More than any image has; a hostile index could name manifests without end.
const manifestLimit = 2000;
const depthLimit = 8;

/** How an image is pushed. */
export interface PushImageOptions {
  readonly tags?: readonly string[] | undefined;
  readonly mountFrom?: string | undefined;
  readonly progress?: PushProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface ImageParts {
  readonly blobs: Map<Digest, Descriptor>;
  /** Children before the index that names them. */
  readonly manifests: Map<Digest, Content>;
}

/** A repository as a source of content. */
export function repositorySource(session: Session, repository: string): ContentSource {
  return {
    read: async (descriptor) =>
      manifestMediaTypes.includes(descriptor.mediaType)
        ? (await getManifest(session, repository, descriptor.digest)).bytes
        : fetchBlob(session, repository, descriptor),
    open: (descriptor) => openBlob(session, repository, descriptor),
  };
}

/** Pushes all that a manifest or index reaches. Nothing points to anything that is not there yet; tags are set last. */
export async function pushImage(
  session: Session,
  repository: string,
  root: Descriptor,
  from: ContentSource,
  options: PushImageOptions = {},
): Promise<Descriptor> {
  const { tags = [], progress } = options;
  const parts: ImageParts = { blobs: new Map(), manifests: new Map() };
  await collect(root, from, parts, 0);
  await pushBlobs(session, repository, [...parts.blobs.values()], from, options);
  for (const content of parts.manifests.values()) {
    if (content.descriptor.digest === root.digest) continue;
    await pushManifest(session, repository, content, undefined, options.signal);
    progress?.manifestDone?.(content.descriptor);
  }
  const top = parts.manifests.get(root.digest) as Content;
  for (const tag of tags.length === 0 ? [undefined] : tags) {
    await pushManifest(session, repository, top, tag, options.signal);
    progress?.manifestDone?.(top.descriptor, tag);
  }
  return top.descriptor;
}

async function collect(descriptor: Descriptor, from: ContentSource, parts: ImageParts, depth: number): Promise<void> {
  if (parts.manifests.has(descriptor.digest)) return;
  if (depth > depthLimit || parts.manifests.size >= manifestLimit) {
    throw new PilotError(
      'CONTENT_HOSTILE',
      `the index has more than ${depthLimit} levels or ${manifestLimit} manifests`,
      {
        hint: 'No image is built like this. Look at what made it.',
      },
    );
  }
  const bytes = await from.read(descriptor);
  const parsed = parseManifest(bytes, descriptor.mediaType);
  const { mediaType, digest, size } = descriptor;
  if (parsed.kind === 'index') {
    for (const child of parsed.index.manifests) await collect(child, from, parts, depth + 1);
  } else {
    for (const blob of [parsed.manifest.config, ...parsed.manifest.layers]) parts.blobs.set(blob.digest, blob);
  }
  parts.manifests.set(digest, { descriptor: { mediaType, digest, size }, bytes });
}

async function pushBlobs(
  session: Session,
  repository: string,
  blobs: readonly Descriptor[],
  from: ContentSource,
  { mountFrom, progress, signal }: PushImageOptions,
): Promise<void> {
  // One blob that fails stops the others, and their uploads are cancelled before this ends.
  const failed = new AbortController();
  const stop = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  let failure: unknown;
  await pMap(
    blobs,
    async (descriptor) => {
      if (stop.aborted) return;
      const open = (): Promise<Readable> => from.open(descriptor);
      const onBytes = (sentBytes: number) => progress?.blobBytes?.(descriptor, sentBytes);
      try {
        const outcome = await pushBlob(session, repository, { descriptor, open }, { mountFrom, signal: stop, onBytes });
        progress?.blobDone?.(descriptor, outcome);
      } catch (error) {
        failure ??= error;
        failed.abort(error);
      }
    },
    { concurrency: parallelUploads },
  );
  signal?.throwIfAborted();
  if (failure !== undefined) throw failure;
}
