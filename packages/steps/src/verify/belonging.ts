import { unless } from '@harbor-pilot/core';
import { parseManifest } from '@harbor-pilot/oci';
import { parseClassicTag } from '@harbor-pilot/registry';
import type { Subject } from './examine.ts';

/** The distribution specification keeps under such tags what belongs to an image; cosign has tags of its own for that. */
const referrersTag = /^sha256-[0-9a-f]{64}$/;
/** What cosign keeps under its tags: signatures, attestations, bills of materials. */
const layerTypes = /^(?:application\/vnd\.(?:dev\.cosign\.simplesigning|dsse\.envelope|cyclonedx|syft)\b|text\/spdx\b)/;

/**
 * Whether something is no image, but belongs to one: it has no tags but such as are given to that, and nothing in it that
 * could run. Anybody who may push can give such a tag to an image, too.
 */
export async function belongsToImage({ registry, repository, digest, tags }: Subject): Promise<boolean> {
  const isNamedSo = tags.every((tag) => referrersTag.test(tag) || parseClassicTag(tag) !== undefined);
  if (tags.length === 0 || !isNamedSo) return false;
  // What Harbor does not give out nobody can run.
  const content = await unless(['PULL_REFUSED'], registry.fetchManifest(repository, digest));
  if (content === undefined) return true;
  const parsed = parseManifest(content.bytes, content.descriptor.mediaType);
  return parsed.kind === 'index'
    ? parsed.index.manifests.every(({ artifactType }) => artifactType !== undefined)
    : parsed.manifest.layers.every(({ mediaType }) => layerTypes.test(mediaType));
}
