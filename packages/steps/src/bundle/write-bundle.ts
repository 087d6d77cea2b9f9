import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PilotError, partOf, unwritable } from '@harbor-pilot/core';
import {
  blobsOf,
  type ContentSource,
  type Descriptor,
  type Digest,
  digestOf,
  formatIndex,
  formatTarHeader,
  hexOf,
  manifestMediaTypes,
  mediaTypes,
  parseManifest,
  tarBlockBytes,
  tarPaddingBytes,
} from '@harbor-pilot/oci';
import type { WholeImage } from '@harbor-pilot/registry';
import { formatRecord, type ReleaseRecord } from '@harbor-pilot/step-kit';
import { blobName, bundleFiles, tagAnnotation } from './bundle-files.ts';

/** What goes into a bundle. */
export interface BundleContents extends WholeImage {
  readonly record: ReleaseRecord;
}

/** What was written. */
export interface WrittenBundle {
  readonly blobs: number;
  readonly sizeBytes: number;
}

const depthLimit = 8;

/**
 * Writes an image and all that belongs to it into one tar: an OCI image layout, the record and checksums, all of them known
 * before the first byte. Equal contents give equal bytes. Blobs go through as streams, verified. The file appears when it
 * is whole.
 * @throws PilotError CONTENT_HOSTILE for content under other digests than SHA-256; FILE_UNWRITABLE; and what the source throws.
 */
export async function writeBundle(path: string, contents: BundleContents, signal: AbortSignal): Promise<WrittenBundle> {
  const { image, attached, content, record } = contents;
  const others = attached.map(({ descriptor, tag }) => tagged(descriptor, tag));
  // The name of the image lets other tools tell it from what is attached to it.
  const roots = [tagged(image, record.tags?.[0]), ...others.sort((a, b) => compare(a.digest, b.digest))];
  const blobs = new Map<Digest, Descriptor>();
  for (const root of roots) await collect(root, content, blobs, 0);
  const texts: readonly (readonly [string, Uint8Array])[] = [
    [bundleFiles.index, formatIndex({ mediaType: mediaTypes.ociIndex, manifests: roots }).bytes],
    [bundleFiles.record, Buffer.from(formatRecord(record))],
    [bundleFiles.layoutVersion, Buffer.from('{"imageLayoutVersion":"1.0.0"}')],
  ];
  const sorted = [...blobs.values()].sort((a, b) => compare(a.digest, b.digest));
  const checksums = [
    ...texts.map(([name, bytes]) => `${hexOf(digestOf(bytes))}  ${name}\n`),
    ...sorted.map(({ digest }) => `${hexOf(digest)}  ${blobName(digest)}\n`),
  ].join('');
  const files = [[bundleFiles.checksums, Buffer.from(checksums)] as const, ...texts];
  const sizeBytes = sorted.reduce((sum, { size }) => sum + size, 0);
  // Two jobs may write the same bundle at the same time.
  const temporary = partOf(path);
  try {
    await pipeline(Readable.from(tarBytes(files, sorted, content)), createWriteStream(temporary, { flush: true }), {
      signal,
    });
    await rename(temporary, path);
  } catch (error) {
    unwritable(path, sizeBytes)(error);
  } finally {
    await rm(temporary, { force: true });
  }
  return { blobs: sorted.length, sizeBytes };
}

/** A manifest as `index.json` names it. */
function tagged(descriptor: Descriptor, tag: string | undefined): Descriptor {
  if (tag === undefined) return descriptor;
  return { ...descriptor, annotations: { ...descriptor.annotations, [tagAnnotation]: tag } };
}

async function* tarBytes(
  files: readonly (readonly [string, Uint8Array])[],
  blobs: readonly Descriptor[],
  content: ContentSource,
): AsyncGenerator<Uint8Array> {
  for (const [name, bytes] of files) {
    yield formatTarHeader(name, bytes.length);
    yield bytes;
    yield Buffer.alloc(tarPaddingBytes(bytes.length));
  }
  for (const blob of blobs) {
    yield formatTarHeader(blobName(blob.digest), blob.size);
    if (manifestMediaTypes.includes(blob.mediaType)) yield await content.read(blob);
    else yield* await content.open(blob);
    yield Buffer.alloc(tarPaddingBytes(blob.size));
  }
  yield Buffer.alloc(2 * tarBlockBytes);
}

/** Finds everything that a manifest or index reaches. */
async function collect(
  descriptor: Descriptor,
  content: ContentSource,
  into: Map<Digest, Descriptor>,
  depth: number,
): Promise<void> {
  if (into.has(descriptor.digest)) return;
  if (depth > depthLimit) throw unfit(`an index with more than ${depthLimit} levels`);
  const parsed = parseManifest(await content.read(descriptor), descriptor.mediaType);
  const found = parsed.kind === 'index' ? [] : blobsOf(parsed.manifest);
  for (const blob of [descriptor, ...found]) {
    if (!blob.digest.startsWith('sha256:')) throw unfit(`content under ${blob.digest}`);
    into.set(blob.digest, blob);
  }
  if (parsed.kind === 'manifest') return;
  for (const child of parsed.index.manifests) await collect(child, content, into, depth + 1);
}

function unfit(what: string): PilotError {
  return new PilotError('CONTENT_HOSTILE', `the image has ${what}, which cannot be in a bundle`, {
    hint: 'Look at what built it. Harbor Pilot and Docker build images by SHA-256, with one index at most.',
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
