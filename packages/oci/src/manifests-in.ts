import { PilotError } from '@harbor-pilot/core';
import type { ContentSource } from './content.ts';
import type { Digest } from './digest.ts';
import { type Descriptor, parseManifest } from './manifest.ts';
import { isIndexType } from './media-types.ts';

/** More than any image has: an index could name others, and each of them others, without end. */
const manifestLimit = 2000;
const depthLimit = 8;

/**
 * Manifests and all that is in them where they are indexes, at any depth: each once, and an index after what is in it. Only
 * indexes are read.
 * @throws PilotError CONTENT_HOSTILE when there are more than 2,000 of them or 8 levels; and what the source throws.
 */
export async function manifestsIn(
  source: Pick<ContentSource, 'read'>,
  ...roots: readonly Descriptor[]
): Promise<readonly Descriptor[]> {
  const seen = new Set<Digest>();
  const found: Descriptor[] = [];
  const visit = async (descriptor: Descriptor, depth: number): Promise<void> => {
    if (seen.has(descriptor.digest)) return;
    seen.add(descriptor.digest);
    if (seen.size > manifestLimit || depth > depthLimit) throw endless(roots);
    if (isIndexType(descriptor.mediaType)) {
      const parsed = parseManifest(await source.read(descriptor), descriptor.mediaType);
      for (const child of parsed.kind === 'index' ? parsed.index.manifests : []) await visit(child, depth + 1);
    }
    found.push(descriptor);
  };
  for (const root of roots) await visit(root, 0);
  return found;
}

function endless([root]: readonly Descriptor[]): PilotError {
  const what = `the index around ${root?.digest} has more than ${depthLimit} levels or ${manifestLimit} manifests`;
  return new PilotError('CONTENT_HOSTILE', what, { hint: 'No image is built like this. Look at what made it.' });
}
