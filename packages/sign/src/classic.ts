import { verify } from 'node:crypto';
import { contentOf, type Descriptor, type Digest } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import { formatPayload, parsePayload } from './claim.ts';
import { classicAnnotations } from './classic-annotations.ts';
import { addToClassicTag, classicManifest, signatureAnnotation } from './classic-tag.ts';
import { type Checked, type FoundSignature, outcomeOf, signatureSizeLimitBytes, unless } from './found-signature.ts';
import type { PublicKey } from './public-key.ts';
import type { PushOptions, PushSignature } from './push.ts';
import { hearWitnesses, type SignedContent } from './witness.ts';

// cosign's SIGNATURE_SPEC.md, "Storage".
const payloadMediaType = 'application/vnd.dev.cosign.simplesigning.v1+json';

/** The tag under which cosign keeps the classic signatures of a digest. */
export function signatureTag(digest: Digest): string {
  return `${digest.replace(':', '-')}.sig`;
}

/** Signatures of a manifest of the classic form, by its tag or digest; none when there is no such manifest. */
export async function* readClassicManifest(
  registry: Registry,
  repository: string,
  tagOrDigest: string,
): AsyncGenerator<FoundSignature> {
  const content = await unless(['REFERENCE_NOT_FOUND'], registry.fetchManifest(repository, tagOrDigest));
  if (content === undefined) return;
  for (const layer of classicManifest(content).layers) {
    if (layer.mediaType !== payloadMediaType) continue;
    yield {
      format: 'classic',
      signatureDigest: content.descriptor.digest,
      check: (publicKey) => checkLayer(registry, repository, layer, publicKey).catch(outcomeOf),
    };
  }
}

async function checkLayer(
  registry: Registry,
  repository: string,
  layer: Descriptor,
  publicKey: PublicKey,
): Promise<Checked> {
  const signature = Buffer.from(layer.annotations?.[signatureAnnotation] ?? '', 'base64');
  if (signature.length === 0 || layer.size > signatureSizeLimitBytes) return { outcome: 'damaged' };
  const payload = await registry.fetchBlob(repository, layer);
  const claim = parsePayload(payload);
  if (claim === undefined) return { outcome: 'damaged' };
  if (!verify('sha256', payload, publicKey.key, signature)) return { outcome: 'another key' };
  return { outcome: 'signed', claims: [claim] };
}

/**
 * Signs a claim and has the witnesses testify; the signature is added to those under the classic tag, which stay.
 * @throws PilotError what the signer and the witnesses throw; nothing has been pushed then.
 */
export async function makeClassic(options: PushOptions): Promise<PushSignature> {
  const { claim, signer, witnesses = [], signal } = options;
  const payload = contentOf(payloadMediaType, formatPayload(claim));
  const signature = await signer.sign(payload.bytes);
  const { certificates = [], publicKeyPem } = signer;
  const content: SignedContent = {
    signature,
    payload: payload.bytes,
    envelopeType: undefined,
    certificates,
    publicKeyPem,
  };
  const layer = {
    ...payload.descriptor,
    annotations: {
      [signatureAnnotation]: Buffer.from(signature).toString('base64'),
      ...classicAnnotations(content, await hearWitnesses(witnesses, content, signal)),
    },
  };
  return () => addToClassicTag(options, signatureTag(claim.digest), { descriptor: layer, bytes: payload.bytes });
}
