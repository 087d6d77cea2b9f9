import { type Descriptor, type Digest, parseManifest } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import { allReferrers, withEnd } from './all-referrers.ts';
import { predicateTypeAnnotation } from './bundle-referrer.ts';
import { parseStatement, signaturePredicateType } from './claim.ts';
import { readClassicManifest } from './classic-signatures.ts';
import { statementPayloadType } from './dsse.ts';
import {
  type Checked,
  damagedSignature,
  type ForeignSignature,
  type FoundSignature,
  outcomeOf,
  signatureSizeLimitBytes,
} from './found-signature.ts';
import { damaged, prove } from './prove/prove.ts';
import type { SignerPolicy } from './trusted-signers.ts';
import { bundleMediaType } from './write-bundle.ts';

/** Type of a classic signature that hangs on its subject instead of a tag, as cosign 2 did when asked to. */
export const classicReferrerType = 'application/vnd.dev.cosign.artifact.sig.v1+json';
/** Notation's signature-specification.md, "Signature Manifest". */
const notationType = 'application/vnd.cncf.notary.signature';

/**
 * Signatures among the referrers of a digest.
 * @throws PilotError CONTENT_HOSTILE when there is no end to them; and what the registry throws.
 */
export function referredSignatures(
  registry: Registry,
  repository: string,
  digest: Digest,
): AsyncGenerator<FoundSignature | ForeignSignature> {
  // One referrer of the classic form may hold many.
  return withEnd(signaturesAmong(registry, repository, digest), registry, repository, digest);
}

async function* signaturesAmong(
  registry: Registry,
  repository: string,
  digest: Digest,
): AsyncGenerator<FoundSignature | ForeignSignature> {
  for await (const referrer of allReferrers(registry, repository, digest)) {
    if (referrer.artifactType === notationType) yield { format: 'notation' };
    else if (referrer.artifactType === bundleMediaType) {
      yield {
        format: 'bundle',
        signatureDigest: referrer.digest,
        check: (policy, now) => checkReferrer(registry, repository, referrer, policy, now).catch(outcomeOf),
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
  policy: SignerPolicy,
  now: Date,
): Promise<Checked> {
  if (isAttestation(referrer.annotations)) return { outcome: 'attestation' };
  // Loaded while the registry answers.
  const reader = import('./prove/bundle-material.ts');
  const { bytes, descriptor } = await registry.fetchManifest(repository, referrer.digest);
  const parsed = parseManifest(bytes, descriptor.mediaType);
  if (parsed.kind === 'index') return damagedSignature('it is an index');
  const { layers, annotations } = parsed.manifest;
  if (isAttestation(annotations)) return { outcome: 'attestation' };
  const layer = layers.find(({ mediaType }) => mediaType === bundleMediaType);
  if (layer === undefined) return damagedSignature('it holds no bundle');
  if (layer.size > signatureSizeLimitBytes) return damagedSignature('it is too large for a signature');
  const bundleJson = await registry.fetchBlob(repository, layer);
  return checkBundle(bundleJson, await reader, policy, now);
}

/** Whether it announces to be one, which spares reading it; what is read is judged by its signed predicate type. */
function isAttestation(annotations: Descriptor['annotations']): boolean {
  const announced = annotations?.[predicateTypeAnnotation];
  return announced !== undefined && announced !== signaturePredicateType;
}

async function checkBundle(
  bundleJson: Uint8Array,
  { readBundle }: typeof import('./prove/bundle-material.ts'),
  policy: SignerPolicy,
  now: Date,
): Promise<Checked> {
  try {
    const bundle = readBundle(bundleJson);
    const isEnvelope = bundle.kind === 'envelope' && bundle.payloadType === statementPayloadType;
    const statement = isEnvelope ? parseStatement(bundle.payload) : undefined;
    if (!isEnvelope || statement === undefined) return damagedSignature('what was signed is no statement');
    if (statement.predicateType !== signaturePredicateType) return { outcome: 'attestation' };
    const proof = await prove(bundle.material, policy, now);
    if ('failure' in proof) return { outcome: 'refused', refusal: proof };
    return { outcome: 'signed', claims: statement.claims, proof };
  } catch (error) {
    return { outcome: 'refused', refusal: damaged(error) };
  }
}
