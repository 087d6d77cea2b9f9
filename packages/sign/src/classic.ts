import { verify } from 'node:crypto';
import { PilotError } from '@harbor-pilot/core';
import {
  type Content,
  contentOf,
  type Descriptor,
  type Digest,
  formatManifest,
  type Manifest,
  mediaTypes,
  parseManifest,
} from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import { formatPayload, parsePayload } from './claim.ts';
import { type Checked, type FoundSignature, outcomeOf, signatureSizeLimitBytes, unless } from './found-signature.ts';
import type { PublicKey } from './public-key.ts';
import { type PushOptions, pushContent } from './push.ts';

// cosign's SIGNATURE_SPEC.md, "Storage".
const payloadMediaType = 'application/vnd.dev.cosign.simplesigning.v1+json';
const signatureAnnotation = 'dev.cosignproject.cosign/signature';
/** cosign 3 reads as many layers at most. */
const signatureLimit = 1000;
const tagUpdateAttempts = 3;

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
  for (const layer of signatureManifest(content).layers) {
    if (layer.mediaType !== payloadMediaType) continue;
    yield {
      format: 'classic',
      signatureDigest: content.descriptor.digest,
      check: (publicKey) => checkLayer(registry, repository, layer, publicKey).catch(outcomeOf),
    };
  }
}

function signatureManifest({ bytes, descriptor }: Content): Manifest {
  const parsed = parseManifest(bytes, descriptor.mediaType);
  if (parsed.kind === 'manifest' && parsed.manifest.layers.length <= signatureLimit) return parsed.manifest;
  throw new PilotError('CONTENT_HOSTILE', `${descriptor.digest} is not a signature manifest of cosign`, {
    hint: `Look at what pushed it: it is an index, or has more than ${signatureLimit} signatures.`,
  });
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
 * Signs a claim and adds it to the signatures under the classic tag, which stay. The tag is read again after it was set: another job may have set
 * it at the same time, and lost this signature.
 * @throws PilotError STATE_CONFLICT when others change that tag all the time.
 */
export async function pushClassic(options: PushOptions): Promise<Digest> {
  const { registry, repository, claim, signer, signal } = options;
  const payload = contentOf(payloadMediaType, formatPayload(claim));
  const signature = Buffer.from(await signer.sign(payload.bytes)).toString('base64');
  const layer = { ...payload.descriptor, annotations: { [signatureAnnotation]: signature } };
  const tag = signatureTag(claim.digest);
  await pushContent(registry, repository, payload, signal);
  for (let attempt = 0; attempt <= tagUpdateAttempts; attempt += 1) {
    signal?.throwIfAborted();
    const existing = await unless(['REFERENCE_NOT_FOUND'], registry.fetchManifest(repository, tag));
    const before = existing === undefined ? undefined : signatureManifest(existing);
    const isKept = before?.layers.some(({ annotations }) => annotations?.[signatureAnnotation] === signature);
    if (existing !== undefined && isKept) return existing.descriptor.digest;
    if (attempt < tagUpdateAttempts) await addLayer(options, before, layer, tag);
  }
  throw new PilotError('STATE_CONFLICT', `${registry.host}/${repository}:${tag} does not keep the new signature`, {
    hint: 'Others change this tag all the time. Try again when no other job signs the same image.',
  });
}

async function addLayer(
  { registry, repository, signal }: PushOptions,
  before: Manifest | undefined,
  layer: Descriptor,
  tag: string,
): Promise<void> {
  const layers = [...(before?.layers ?? []), layer];
  const config = configOf(layers);
  await pushContent(registry, repository, config, signal);
  const manifest = formatManifest({ ...before, mediaType: mediaTypes.ociManifest, config: config.descriptor, layers });
  await registry.pushManifest(repository, manifest, tag).catch(explainImmutable);
}

/** The config that cosign writes: that of an image whose layers are the payloads. */
function configOf(layers: readonly Descriptor[]): Content {
  const created = '0001-01-01T00:00:00Z';
  return contentOf(
    mediaTypes.ociConfig,
    JSON.stringify({
      architecture: '',
      created,
      history: layers.map(() => ({ created })),
      os: '',
      rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
      config: {},
    }),
  );
}

function explainImmutable(error: unknown): never {
  if (!(error instanceof PilotError) || error.code !== 'TAG_IMMUTABLE') throw error;
  throw new PilotError('TAG_IMMUTABLE', error.message, {
    cause: error,
    details: error.details,
    hint: 'An immutable-tag rule of the project covers the tags of signatures. Exclude sha256-*.sig from it, or sign in the form "bundle" with Harbor 2.15 or later.',
  });
}
