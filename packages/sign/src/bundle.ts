import { type Descriptor, type Digest, parseManifest } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import { bundleReferrer, predicateTypeAnnotation } from './bundle-referrer.ts';
import { formatStatement, signaturePredicateType } from './claim.ts';
import { readClassicManifest } from './classic.ts';
import { type Checked, type FoundSignature, outcomeOf, signatureSizeLimitBytes } from './found-signature.ts';
import type { PublicKey } from './public-key.ts';
import type { PushOptions, PushSignature } from './push.ts';
import { bundleMediaType, signStatement } from './write-bundle.ts';

/** Type of a classic signature that hangs on its subject instead of a tag, as cosign 2 did when asked to. */
const classicReferrerType = 'application/vnd.dev.cosign.artifact.sig.v1+json';

/** Signatures among the referrers of a digest. */
export async function* referredSignatures(
  registry: Registry,
  repository: string,
  digest: Digest,
): AsyncGenerator<FoundSignature> {
  for await (const referrer of registry.listReferrers(repository, digest)) {
    if (referrer.artifactType === bundleMediaType) {
      yield {
        format: 'bundle',
        signatureDigest: referrer.digest,
        check: (publicKey) => checkReferrer(registry, repository, referrer, publicKey).catch(outcomeOf),
      };
    } else if (referrer.artifactType === classicReferrerType) {
      yield* readClassicManifest(registry, repository, referrer.digest);
    }
  }
}

async function checkReferrer(
  registry: Registry,
  repository: string,
  referrer: Descriptor,
  publicKey: PublicKey,
): Promise<Checked> {
  const { bytes, descriptor } = await registry.fetchManifest(repository, referrer.digest);
  const parsed = parseManifest(bytes, descriptor.mediaType);
  if (parsed.kind === 'index') return { outcome: 'damaged' };
  const { layers, annotations } = parsed.manifest;
  // The annotation spares reading large attestations; what is read is judged by its signed predicate type.
  const announced = annotations?.[predicateTypeAnnotation];
  if (announced !== undefined && announced !== signaturePredicateType) return { outcome: 'attestation' };
  const layer = layers.find(({ mediaType }) => mediaType === bundleMediaType);
  if (layer === undefined || layer.size > signatureSizeLimitBytes) return { outcome: 'damaged' };
  const { checkBundle } = await import('./sigstore-bundle.ts');
  return checkBundle(await registry.fetchBlob(repository, layer), publicKey);
}

/** Signs a claim; the bundle is pushed as a referrer of its subject, as `cosign sign` 3.1.3 does. */
export async function makeBundle(options: PushOptions): Promise<PushSignature> {
  const { claim, signer, witnesses, signal } = options;
  const bundleJson = await signStatement(formatStatement(claim), signer, witnesses, signal);
  return bundleReferrer(options, bundleJson, signaturePredicateType);
}
