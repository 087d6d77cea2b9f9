import { PilotError, unless } from '@harbor-pilot/core';
import { type Descriptor, type Digest, type Manifest, parseManifest } from '@harbor-pilot/oci';
import { classicManifest, classicTag, type Registry } from '@harbor-pilot/registry';
import { allReferrers } from '../all-referrers.ts';
import { predicateTypeAnnotation } from '../bundle-referrer.ts';
import { signaturePredicateType } from '../claim.ts';
import type { SignatureFormat } from '../format.ts';
import { isOwnFault } from '../found-signature.ts';
import { damaged } from '../prove/prove.ts';
import { type ProvedStatement, proveClassicStatement, proveStatement } from '../prove/prove-statement.ts';
import type { Refusal, SignerPolicy } from '../trusted-signers.ts';
import { bundleMediaType } from '../write-bundle.ts';
import { envelopeMediaType, predicateTypeOfLayer } from './classic-layer.ts';

/** An attestation as it lies in a registry, not read yet. */
export interface StoredAttestation {
  readonly format: SignatureFormat;
  /** Digest of the manifest that holds it. */
  readonly attestationDigest: Digest;
  /** What it is said to be about, which nobody has signed; undefined when nothing is said. */
  readonly announcedType: string | undefined;
  /**
   * Reads and proves it. Whatever is wrong with this one is a refusal.
   * @throws PilotError PULL_REFUSED, and what the registry throws when it cannot be reached.
   */
  prove(policy: SignerPolicy, now: Date): Promise<ProvedStatement | Refusal>;
}

/** Bills of materials and scan reports are large; more than this no registry client here reads into memory. */
const sizeLimitBytes = 64 * 1024 * 1024;
const hint = 'Find out what attached it, and remove it.';

/**
 * What is attached to a digest and is no signature: Sigstore bundles among its referrers, and the layers under its classic
 * tag. What a bundle is goes by its type and its predicate, never by the type of Harbor's accessory. Where nothing is
 * announced it may turn out a signature.
 * @throws PilotError CONTENT_HOSTILE when there is no end to it; and what the registry throws.
 */
export async function* listAttestations(
  registry: Registry,
  repository: string,
  digest: Digest,
): AsyncGenerator<StoredAttestation> {
  for await (const referrer of allReferrers(registry, repository, digest)) {
    if (referrer.artifactType !== bundleMediaType) continue;
    const stored = await bundleOf(registry, repository, referrer);
    if (stored.announcedType !== signaturePredicateType) yield stored;
  }
  yield* classicAttestations(registry, repository, digest);
}

async function bundleOf(registry: Registry, repository: string, referrer: Descriptor): Promise<StoredAttestation> {
  let manifest: Promise<Manifest> | undefined;
  const read = (): Promise<Manifest> => {
    manifest ??= readManifest(registry, repository, referrer);
    return manifest;
  };
  // The list that stands in for the referrers API does not repeat the annotations where cosign wrote it.
  const announced = referrer.annotations ?? (await read().catch(() => undefined))?.annotations;
  return {
    format: 'bundle',
    attestationDigest: referrer.digest,
    announcedType: announced?.[predicateTypeAnnotation],
    prove: (policy, now) =>
      refusing(async () => {
        const layer = (await read()).layers.find(({ mediaType }) => mediaType === bundleMediaType);
        if (layer === undefined) return damaged(new Error('its manifest holds no bundle'));
        return proveStatement(await readLayer(registry, repository, layer), policy, now);
      }),
  };
}

async function readManifest(registry: Registry, repository: string, referrer: Descriptor): Promise<Manifest> {
  const { bytes, descriptor } = await registry.fetchManifest(repository, referrer.digest);
  const parsed = parseManifest(bytes, descriptor.mediaType);
  if (parsed.kind === 'manifest') return parsed.manifest;
  throw new PilotError('CONTENT_HOSTILE', `${referrer.digest} is an index, not a bundle`, { hint });
}

async function* classicAttestations(
  registry: Registry,
  repository: string,
  digest: Digest,
): AsyncGenerator<StoredAttestation> {
  const content = await unless(['REFERENCE_NOT_FOUND'], registry.fetchManifest(repository, classicTag(digest, 'att')));
  if (content === undefined) return;
  const of = { format: 'classic', attestationDigest: content.descriptor.digest } as const;
  let manifest: Manifest;
  try {
    manifest = classicManifest(content);
  } catch (error) {
    yield { ...of, announcedType: undefined, prove: () => refusing(() => Promise.reject(error)) };
    return;
  }
  for (const layer of manifest.layers) {
    if (layer.mediaType !== envelopeMediaType) continue;
    yield {
      ...of,
      announcedType: layer.annotations?.[predicateTypeOfLayer],
      prove: (policy, now) =>
        refusing(async () =>
          proveClassicStatement(await readLayer(registry, repository, layer), layer.annotations ?? {}, policy, now),
        ),
    };
  }
}

async function readLayer(registry: Registry, repository: string, layer: Descriptor): Promise<Uint8Array> {
  if (layer.size > sizeLimitBytes) {
    throw new PilotError('CONTENT_HOSTILE', `${layer.digest} has ${layer.size} bytes, too many for an attestation`, {
      hint,
    });
  }
  return registry.fetchBlob(repository, layer);
}

/** What is wrong with one attestation must not hide the others. */
async function refusing(work: () => Promise<ProvedStatement | Refusal>): Promise<ProvedStatement | Refusal> {
  try {
    return await work();
  } catch (error) {
    if (isOwnFault(error)) return damaged(error);
    throw error;
  }
}
