import type { Content } from '@harbor-pilot/oci';
import { addToClassicTag as addLayers, pushContent } from '@harbor-pilot/registry';
import type { PushedSignature, PushOptions } from './push.ts';

/** Holds the signature of a layer of the classic form (cosign's SIGNATURE_SPEC.md, "Storage"). */
export const signatureAnnotation = 'dev.cosignproject.cosign/signature';

/**
 * Pushes a layer and adds it to those under a tag of the classic form, which stay; does nothing when it is there. Another
 * job that had read the tag before may still set it without this layer, so this is called again a little later.
 * @param layer its descriptor with annotations.
 * @throws PilotError TAG_IMMUTABLE, STATE_CONFLICT as the function of the registry does.
 */
export async function addToClassicTag(
  { registry, repository, signal }: Pick<PushOptions, 'registry' | 'repository' | 'signal'>,
  tag: string,
  layer: Content,
): Promise<PushedSignature> {
  await pushContent(registry, repository, layer, { signal });
  return addLayers(registry, repository, tag, [layer.descriptor], signal);
}
