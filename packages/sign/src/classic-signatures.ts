import { unless } from '@harbor-pilot/core';
import type { Descriptor, Manifest } from '@harbor-pilot/oci';
import { classicManifest, type Registry } from '@harbor-pilot/registry';
import { parsePayload } from './claim.ts';
import { payloadMediaType } from './classic.ts';
import { signatureAnnotation } from './classic-tag.ts';
import {
  type Checked,
  damagedSignature,
  type FoundSignature,
  outcomeOf,
  signatureSizeLimitBytes,
} from './found-signature.ts';
import { damaged, prove } from './prove/prove.ts';
import type { SignedMaterial } from './prove/signed-material.ts';
import type { SignerPolicy } from './trusted-signers.ts';

/**
 * Signatures of a manifest of the classic form, by its tag or digest; none when there is no such manifest, and a damaged
 * one when it is something else.
 */
export async function* readClassicManifest(
  registry: Registry,
  repository: string,
  tagOrDigest: string,
): AsyncGenerator<FoundSignature> {
  const content = await unless(['REFERENCE_NOT_FOUND'], registry.fetchManifest(repository, tagOrDigest));
  if (content === undefined) return;
  const found = (check: FoundSignature['check']): FoundSignature => ({
    format: 'classic',
    signatureDigest: content.descriptor.digest,
    check,
  });
  let manifest: Manifest;
  try {
    manifest = classicManifest(content);
  } catch (error) {
    yield found(async () => outcomeOf(error));
    return;
  }
  for (const layer of manifest.layers) {
    if (layer.mediaType !== payloadMediaType) continue;
    yield found((policy, now) => checkLayer(registry, repository, layer, policy, now).catch(outcomeOf));
  }
}

async function checkLayer(
  registry: Registry,
  repository: string,
  layer: Descriptor,
  policy: SignerPolicy,
  now: Date,
): Promise<Checked> {
  if (layer.size > signatureSizeLimitBytes) return damagedSignature('it is too large for a signature');
  const payload = await registry.fetchBlob(repository, layer);
  const claim = parsePayload(payload);
  if (claim === undefined) return damagedSignature('what was signed is no payload of cosign');
  const proof = await proveLayer(payload, layer.annotations ?? {}, policy, now);
  return 'failure' in proof ? { outcome: 'refused', refusal: proof } : { outcome: 'signed', claims: [claim], proof };
}

async function proveLayer(
  payload: Uint8Array,
  annotations: Readonly<Record<string, string>>,
  policy: SignerPolicy,
  now: Date,
): ReturnType<typeof prove> {
  const signature = Buffer.from(annotations[signatureAnnotation] ?? '', 'base64');
  if (signature.length === 0) return damaged(new Error('it has no signature'));
  try {
    const { spokenForByAnnotations } = await import('./prove/classic-material.ts');
    const material: SignedMaterial = {
      signature,
      signed: { bytes: payload },
      timestamped: signature,
      ...spokenForByAnnotations(annotations),
    };
    return await prove(material, policy, now);
  } catch (error) {
    return damaged(error);
  }
}
