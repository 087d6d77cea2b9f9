import { attestationPlatform } from '@harbor-pilot/gate';
import type { Digest } from '@harbor-pilot/oci';
import {
  type ExaminedPart,
  type ExaminedRequirement,
  examineAttestations,
  type RequiredAttestation,
} from '@harbor-pilot/sign';
import type { ReportedAttestation } from '@harbor-pilot/step-kit';

type Options = Parameters<typeof examineAttestations>[0];

/** What became of the required attestations: an index has each itself, or all images in it have it. */
export async function attestationsOf(
  [root, ...children]: readonly ExaminedPart[],
  required: readonly RequiredAttestation[],
  options: Options,
): Promise<ReadonlyMap<Digest, readonly ReportedAttestation[]>> {
  const found = new Map<Digest, ReportedAttestation[]>();
  if (root === undefined) return found;
  const images = children.filter(({ platform }) => platform !== attestationPlatform);
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
