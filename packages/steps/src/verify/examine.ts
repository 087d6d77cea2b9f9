import type { Digest } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import { examineImage, isOwnFault } from '@harbor-pilot/sign';
import type { ReportedAttestation, Runtime, VerifiedImage } from '@harbor-pilot/step-kit';
import { imageState, reportDigest, stateBySignatures } from './judge.ts';
import { expectedReference } from './signed-for.ts';
import type { VerifyTerms } from './terms.ts';

/** An image that is to be verified. */
export interface Subject {
  readonly registry: Registry;
  /** Path below the registry, `project/app`. */
  readonly repository: string;
  readonly digest: Digest;
  readonly tags: readonly string[];
  /** Where it is known. */
  readonly mediaType?: string;
}

/**
 * Verifies an image and all that is in its index. What is wrong with it is told, not thrown.
 * @throws PilotError REFERENCE_NOT_FOUND and what the registry throws.
 */
export async function verifyOne(subject: Subject, terms: VerifyTerms, runtime: Runtime): Promise<VerifiedImage> {
  const { registry, repository, digest, tags, mediaType } = subject;
  const image = `${registry.host}/${repository}`;
  const options = {
    registry,
    repository,
    digest,
    policy: terms.policy,
    expectedReference: expectedReference(terms.signedFor, image),
    annotations: terms.annotations,
    clock: runtime.clock,
  };
  const examined = await examineImage(options, mediaType || undefined);
  const { parts } = examined;
  const isSigned = parts.every((part) => stateBySignatures(part) === 'signed');
  const attestations: ReadonlyMap<Digest, readonly ReportedAttestation[]> =
    isSigned && terms.attestations.length > 0
      ? await (await import('./attestations.ts')).attestationsOf(parts, terms.attestations, options)
      : new Map();
  const digests = parts.map((part) => reportDigest(part, attestations.get(part.digest) ?? []));
  return { image, digest, tags, state: imageState(digests, examined), digests };
}

/** What an image is when it cannot even be examined because its content is not what it should be; other errors stay errors. */
export function damagedImage(error: unknown, { registry, repository, digest, tags }: Subject): VerifiedImage {
  if (!isOwnFault(error)) throw error;
  const nothing = { proved: [], refused: [], attestations: 0, notation: 0 };
  const part = reportDigest({ digest, ...nothing }, []);
  return {
    image: `${registry.host}/${repository}`,
    digest,
    tags,
    state: 'tampered',
    digests: [{ ...part, state: 'tampered', trouble: error.message }],
  };
}
