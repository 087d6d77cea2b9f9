import { inParallel } from '@harbor-pilot/core';
import { distinctName, type ImageToCover, type PlatformImage } from '@harbor-pilot/gate';
import { type Descriptor, parseManifest } from '@harbor-pilot/oci';
import type { Connection } from '../connect.ts';
import type { ImageTree } from '../subject.ts';
import { childName } from './child-names.ts';

/** What reports must cover: the image of each platform, with the digest of its configuration, by which scanners name images. */
export async function imageToCover(tree: ImageTree, connection: Connection): Promise<ImageToCover> {
  const images = await inParallel(scannableImages(tree), (image) => platformImage(image, connection));
  const taken = new Set<string>();
  return {
    digest: tree.root.digest,
    images: images.map((image) => {
      const platform = distinctName(image.platform, image.digest, (name) => taken.has(name));
      taken.add(platform);
      return { ...image, platform };
    }),
  };
}

/** The image of each platform, without the attestations of BuildKit, which are children of an index, too. */
export function scannableImages({ root, children }: ImageTree): readonly Descriptor[] {
  return children.length === 0 ? [root] : children.filter(({ platform }) => platform?.os !== 'unknown');
}

async function platformImage(image: Descriptor, { registry, reference }: Connection): Promise<PlatformImage> {
  const { descriptor, bytes } = await registry.fetchManifest(reference.repository, image.digest);
  const parsed = parseManifest(bytes, descriptor.mediaType);
  return {
    digest: image.digest,
    ...(parsed.kind === 'manifest' ? { configDigest: parsed.manifest.config.digest } : {}),
    platform: childName(image),
  };
}
