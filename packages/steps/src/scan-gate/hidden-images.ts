import { inParallel, unless } from '@harbor-pilot/core';
import { type Descriptor, parseManifest } from '@harbor-pilot/oci';
import type { Connection } from '../connect.ts';
import type { ImageTree } from '../subject.ts';

/**
 * An index may call an image by the platform of attestations, `unknown/unknown`, by which they are left out of the verdict.
 * What has layers of files is judged as any image, by its digest. What the registry withholds is taken at its word.
 */
export async function withHiddenImages({ root, children }: ImageTree, connection: Connection): Promise<ImageTree> {
  return { root, children: await inParallel(children, (child) => withoutFalsePlatform(child, connection)) };
}

async function withoutFalsePlatform(
  child: Descriptor,
  { registry, reference }: Pick<Connection, 'registry' | 'reference'>,
): Promise<Descriptor> {
  if (child.platform?.os !== 'unknown') return child;
  const fetched = await unless(['PULL_REFUSED'], registry.fetchManifest(reference.repository, child.digest));
  if (fetched === undefined) return child;
  const parsed = parseManifest(fetched.bytes, fetched.descriptor.mediaType);
  if (parsed.kind === 'manifest' && !parsed.manifest.layers.some(isOfFiles)) return child;
  const { platform: _, ...others } = child;
  return others;
}

/** `application/vnd.oci.image.layer.v1.tar+gzip`, and those of Docker. */
function isOfFiles({ mediaType }: Descriptor): boolean {
  return /\.tar\b/.test(mediaType);
}
