import { inParallel, unless } from '@harbor-pilot/core';
import { type Descriptor, isIndexType, manifestsIn, parseManifest } from '@harbor-pilot/oci';
import type { Connection } from '../connect.ts';
import type { ImageTree } from '../subject.ts';

const withheld = ['PULL_REFUSED'] as const;

/**
 * The same tree with all images in it, at any depth, for its children. An index may call an image by the platform of
 * attestations, `unknown/unknown`, by which they are left out of the verdict: what has layers of files loses that name.
 * What the registry withholds is taken at its word.
 */
export async function withImagesIn({ root, children }: ImageTree, connection: Connection): Promise<ImageTree> {
  const { registry, reference } = connection;
  const all = (await unless(withheld, manifestsIn(registry.source(reference.repository), ...children))) ?? children;
  const images = all.filter(({ mediaType }) => !isIndexType(mediaType));
  if (images.length === 0) return { root, children };
  return { root, children: await inParallel(images, (image) => withoutFalsePlatform(image, connection)) };
}

async function withoutFalsePlatform(image: Descriptor, { registry, reference }: Connection): Promise<Descriptor> {
  if (image.platform?.os !== 'unknown') return image;
  const fetched = await unless(withheld, registry.fetchManifest(reference.repository, image.digest));
  if (fetched === undefined) return image;
  const parsed = parseManifest(fetched.bytes, fetched.descriptor.mediaType);
  if (parsed.kind === 'manifest' && !parsed.manifest.layers.some(isOfFiles)) return image;
  const { platform: _, ...others } = image;
  return others;
}

/** `application/vnd.oci.image.layer.v1.tar+gzip`, and those of Docker. */
function isOfFiles({ mediaType }: Descriptor): boolean {
  return /\.tar\b/.test(mediaType);
}
