import { type ContentSource, type Descriptor, manifestsIn } from '@harbor-pilot/oci';

/**
 * Everything of an image that may be pulled on its own: the children of an index first, at any depth, then the index itself.
 *
 * Harbor looks for the signature of exactly what is pulled, and a runtime that was given an index pulls a child of it by
 * digest.
 * @param source where the index can be read; a layout is better than a registry, which may refuse an image that is not
 *   signed yet.
 * @throws PilotError CONTENT_HOSTILE when there is no end to what is in it.
 */
export async function digestsToSign(source: ContentSource, root: Descriptor): Promise<readonly Descriptor[]> {
  return manifestsIn(source, root);
}
