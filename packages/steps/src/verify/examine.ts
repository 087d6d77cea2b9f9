import type { Digest } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import {
  type ExaminedPart,
  type ExaminedRequirement,
  examineAttestations,
  examineImage,
  isOwnFault,
  type RequiredAttestation,
} from '@harbor-pilot/sign';
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
  const attestations = isSigned ? await attestationsOf(parts, terms.attestations, options) : new Map();
  const digests = parts.map((part) => reportDigest(part, attestations.get(part.digest) ?? []));
  return { image, digest, tags, state: imageState(digests, examined), digests };
}

type Options = Parameters<typeof examineAttestations>[0];

/** What became of the required attestations: an index has each itself, or all images in it have it. */
async function attestationsOf(
  [root, ...children]: readonly ExaminedPart[],
  required: readonly RequiredAttestation[],
  options: Options,
): Promise<ReadonlyMap<Digest, readonly ReportedAttestation[]>> {
  const found = new Map<Digest, ReportedAttestation[]>();
  if (root === undefined || required.length === 0) return found;
  // BuildKit keeps its attestations as images of a platform that there is not.
  const images = children.filter(({ platform }) => platform !== 'unknown/unknown');
  const add = ({ digest }: ExaminedPart, one: ReportedAttestation): void => {
    found.set(digest, [...(found.get(digest) ?? []), one]);
  };
  for (const requirement of await examineAttestations(options, required)) {
    const own = reportAttestation(requirement);
    const others: ReportedAttestation[] = [];
    for (const image of own.outcome === 'verified' ? [] : images) {
      const [one] = await examineAttestations({ ...options, digest: image.digest }, [requirement.required]);
      if (one !== undefined) others.push(reportAttestation(one));
    }
    if (others.every(({ outcome }) => outcome === 'missing')) add(root, own);
    else for (const [index, image] of images.entries()) add(image, others[index] ?? own);
  }
  return found;
}

function reportAttestation({ required, proved, refused, withheld }: ExaminedRequirement): ReportedAttestation {
  const type = required.predicateType;
  const [best] = proved;
  if (best !== undefined) return { type, outcome: 'verified', signer: best.proof.signer };
  const because = [
    ...refused.map(({ failure, reason }) => `${failure}: ${reason}`),
    ...(withheld ? [withheld.message] : []),
  ];
  if (because.length === 0) return { type, outcome: 'missing' };
  return { type, outcome: 'invalid', because: because.join('; ') };
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
