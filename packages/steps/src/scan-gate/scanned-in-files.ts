import { resolve } from 'node:path';
import { secondsSince } from '@harbor-pilot/core';
import { coverImage, type PlatformImage, readScanFile } from '@harbor-pilot/gate';
import { type Descriptor, formatPlatform, parseManifest } from '@harbor-pilot/oci';
import type { Runtime } from '@harbor-pilot/step-kit';
import type { Connection } from '../connect.ts';
import type { ImageTree } from '../subject.ts';
import type { Scanned } from './scanned.ts';

const shownDigits = 'sha256:'.length + 12;

/**
 * Takes what report files tell of an image; they must be about it, and about each of its platforms.
 * @throws PilotError SCAN_FAILED when they are not; INPUT_INVALID, FILE_UNREADABLE, CONTENT_HOSTILE.
 */
export async function scannedInFiles(
  names: readonly string[],
  tree: ImageTree,
  connection: Connection,
  { workspace, clock, signal }: Runtime,
): Promise<Scanned> {
  const begin = clock.now();
  const images = await imagesOf(tree, connection);
  const files = [];
  for (const name of names) files.push({ ...(await readScanFile(resolve(workspace, name), signal)), file: name });
  const covered = coverImage(files, { digest: tree.root.digest, images });
  return { ...covered, durationSeconds: secondsSince(begin, clock) };
}

/** The image of each platform, with the digest of its configuration, by which scanners name images. */
async function imagesOf({ root, children }: ImageTree, connection: Connection): Promise<readonly PlatformImage[]> {
  const images = children.length === 0 ? [root] : children.filter(isScannable);
  return Promise.all(images.map((image) => platformImage(image, connection)));
}

/** Attestations of BuildKit are children of an index, too. */
function isScannable({ platform }: Descriptor): boolean {
  return platform?.os !== 'unknown';
}

async function platformImage(image: Descriptor, { registry, reference }: Connection): Promise<PlatformImage> {
  const { descriptor, bytes } = await registry.fetchManifest(reference.repository, image.digest);
  const parsed = parseManifest(bytes, descriptor.mediaType);
  return {
    digest: image.digest,
    ...(parsed.kind === 'manifest' ? { configDigest: parsed.manifest.config.digest } : {}),
    // An image that is no part of an index is known by the beginning of its digest, as with the reports of Harbor.
    platform: image.platform === undefined ? image.digest.slice(0, shownDigits) : formatPlatform(image.platform),
  };
}
