import { type ContentSource, type Descriptor, isIndexType, parseManifest } from '@harbor-pilot/oci';

/**
 * Everything of an image that may be pulled on its own: the children of an index first, at any depth, then the index itself.
 *
 * Harbor looks for the signature of exactly what is pulled, and a runtime that was given an index pulls a child of it by digest.
 * @param source where the index can be read; a layout is better than a registry, which may refuse an image that is not signed yet.
 */
export async function digestsToSign(source: ContentSource, root: Descriptor): Promise<readonly Descriptor[]> {
  if (!isIndexType(root.mediaType)) return [root];
  const parsed = parseManifest(await source.read(root), root.mediaType);
  const children: Descriptor[] = [];
  for (const child of parsed.kind === 'index' ? parsed.index.manifests : []) {
    children.push(...(await digestsToSign(source, child)));
  }
  const byDigest = new Map([...children, root].map((descriptor) => [descriptor.digest, descriptor]));
  return [...byDigest.values()];
}
