import { asString, PilotError, parseObject } from '@harbor-pilot/core';
import { type Descriptor, type Platform, parseManifest } from '@harbor-pilot/oci';
import type { Connection } from '../connect.ts';
import type { ImageTree } from '../subject.ts';

/**
 * The same image, with the platform of each image of which no index tells it: its own configuration does. Where that cannot
 * be read, nobody knows it; it is a name, and what is said of some platforms alone does not hold then.
 */
export async function withPlatforms({ root, children }: ImageTree, connection: Connection): Promise<ImageTree> {
  if (children.length === 0) return { root: await withPlatform(root, connection), children };
  const named: Descriptor[] = [];
  for (const child of children) named.push(await withPlatform(child, connection));
  return { root, children: named };
}

async function withPlatform(image: Descriptor, connection: Connection): Promise<Descriptor> {
  if (image.platform !== undefined) return image;
  try {
    const platform = await readPlatform(image, connection);
    return platform === undefined ? image : { ...image, platform };
  } catch (error) {
    if (error instanceof PilotError) return image;
    throw error;
  }
}

async function readPlatform(image: Descriptor, { registry, reference }: Connection): Promise<Platform | undefined> {
  const { bytes, descriptor } = await registry.fetchManifest(reference.repository, image.digest);
  const parsed = parseManifest(bytes, descriptor.mediaType);
  if (parsed.kind === 'index') return undefined;
  const config = parseObject(
    Buffer.from(await registry.fetchBlob(reference.repository, parsed.manifest.config)).toString(),
  );
  const [os, architecture, variant] = [config?.os, config?.architecture, config?.variant].map(asString);
  // What an index files as "unknown" is an attestation, which nobody scans: an image must not call itself one.
  if (os === 'unknown') return undefined;
  return os && architecture ? { os, architecture, ...(variant ? { variant } : {}) } : undefined;
}
