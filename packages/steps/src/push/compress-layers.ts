import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { inParallel, unwritable } from '@harbor-pilot/core';
import {
  type ContentSource,
  type Descriptor,
  type Digest,
  distinct,
  formatManifest,
  hexOf,
  mediaTypes,
  parseManifest,
  passContent,
  passVerified,
  readVerified,
} from '@harbor-pilot/oci';

/** Fixed: another level gives other bytes and so another digest. It is the level of the build step. */
const gzipLevel = 6;

/** Node.js compresses on four threads; more layers at once take only memory. */
const compressedAtOnce = 4;

/**
 * Compresses the layers of an image that are not compressed: engines save them so, but nobody wants to pull them so. The same
 * layers give the same digests. An index stays as it is, and so does an image that has nothing to compress.
 * @param folder for the compressed layers.
 * @throws PilotError FILE_UNWRITABLE; and what the source throws.
 */
export async function compressLayers(
  root: Descriptor,
  content: ContentSource,
  folder: string,
  signal: AbortSignal,
): Promise<{ readonly root: Descriptor; readonly content: ContentSource }> {
  const parsed = parseManifest(await content.read(root), root.mediaType);
  if (parsed.kind === 'index') return { root, content };
  const plain = parsed.manifest.layers.filter(({ mediaType }) => mediaType === mediaTypes.ociLayer);
  if (plain.length === 0) return { root, content };
  const paths = new Map<Digest, string>();
  const compressed = new Map<Digest, Descriptor>();
  const compressOne = async (layer: Descriptor): Promise<void> => {
    const path = join(folder, `${hexOf(layer.digest)}.tar.gz`);
    const descriptor = await compress(await content.open(layer), path, signal);
    compressed.set(layer.digest, descriptor);
    paths.set(descriptor.digest, path);
  };
  // An image may have the same layer twice.
  await inParallel(distinct(plain), compressOne, compressedAtOnce);
  const layers = parsed.manifest.layers.map((layer) => compressed.get(layer.digest) ?? layer);
  const manifest = formatManifest({ ...parsed.manifest, layers });
  return {
    root: manifest.descriptor,
    content: {
      open: async (descriptor) => {
        const path = paths.get(descriptor.digest);
        return path === undefined ? content.open(descriptor) : readVerified({ path }, descriptor);
      },
      pass: async (descriptor) => {
        const path = paths.get(descriptor.digest);
        return path === undefined ? passContent(content, descriptor) : passVerified({ path }, descriptor);
      },
      read: async (descriptor) =>
        descriptor.digest === manifest.descriptor.digest ? manifest.bytes : content.read(descriptor),
    },
  };
}

async function compress(layer: Readable, path: string, signal: AbortSignal): Promise<Descriptor> {
  const hash = createHash('sha256');
  const hashing = new PassThrough().on('data', (chunk: Buffer) => void hash.update(chunk));
  await pipeline(layer, createGzip({ level: gzipLevel }), hashing, createWriteStream(path), { signal }).catch(
    unwritable(path),
  );
  const { size } = await stat(path);
  return { mediaType: mediaTypes.ociLayerGzip, digest: `sha256:${hash.digest('hex')}`, size };
}
