import { PilotError } from '@harbor-pilot/core';
import { examineAttestations } from './examine-attestations.ts';
import type {
  AttestationFailure,
  AttestationsOptions,
  ExaminedRequirement,
  RequiredAttestation,
} from './examined-attestations.ts';

/**
 * Verifies that a digest has all attestations that it must have, and gives those that count: at least one of each.
 * @throws PilotError ATTESTATION_MISSING when there is none of a type; ATTESTATION_INVALID when none of a type counts, the message says why.
 * @throws PilotError PULL_REFUSED when Harbor does not give out the only ones there are.
 */
export async function verifyAttestations(
  options: AttestationsOptions,
  required: readonly RequiredAttestation[],
): Promise<readonly ExaminedRequirement[]> {
  const examined = await examineAttestations(options, required);
  for (const one of examined) {
    const error = errorOf(one, options);
    if (error !== undefined) throw error;
  }
  return examined;
}

/** What a requirement that is not met is as an error; undefined when it is met. */
function errorOf({ required, proved, refused, withheld }: ExaminedRequirement, options: AttestationsOptions) {
  if (proved.length > 0) return undefined;
  if (withheld !== undefined) return withheld;
  const { registry, repository, digest } = options;
  const name = `${registry.host}/${repository}@${digest}`;
  const { predicateType } = required;
  if (refused.length === 0) {
    return new PilotError('ATTESTATION_MISSING', `${name} has no attestation of the type ${predicateType}`, {
      hint: 'Attest it with the step "attest", or with "cosign attest", before it is verified.',
      details: { predicateType },
    });
  }
  const failures = [...new Set(refused.map(({ failure }) => failure))];
  const why = [...new Set(refused.map(({ failure, reason }) => `${facts[failure]}: ${reason}`))].join('; ');
  return new PilotError(
    'ATTESTATION_INVALID',
    `${name} has no valid attestation of the type ${predicateType}: ${why}`,
    {
      hint: [...new Set(failures.map((failure) => hints[failure]))].join(' '),
      details: { predicateType, failures: failures.join(', ') },
    },
  );
}

const facts: Readonly<Record<AttestationFailure, string>> = {
  'another signer': 'made by somebody else',
  damaged: 'damaged',
  'untrusted certificate': 'its certificate is not trusted',
  'expired trust root': 'the trust root has expired',
  'no transparency log': 'not proved by a transparency log',
  'no timestamp': 'without a timestamp',
  'no certificate transparency': 'its certificate is not proved by a log',
  'another digest': 'not for this digest',
  'several subjects': 'for several subjects',
  'another repository': 'for another repository',
  'no repository': 'for no repository in particular',
  conditions: 'says something else',
};

const again = 'Attest the image again.';
const signerHint = 'Check whose attestations are to count.';
const trustHint = 'Check the trust root, and that the signer uses its services.';
const hints: Readonly<Record<AttestationFailure, string>> = {
  'another signer': signerHint,
  damaged: again,
  'untrusted certificate': trustHint,
  'expired trust root': 'Get a newer trust root.',
  'no transparency log': trustHint,
  'no timestamp': trustHint,
  'no certificate transparency': trustHint,
  'another digest': 'Somebody attached the attestation of another image. Attest this one.',
  'several subjects': 'Make one attestation for each image.',
  'another repository':
    'The image was copied together with its attestation. Attest it again here, or expect the repository it was made for.',
  'no repository': 'Attest it again with Harbor Pilot, which signs the repository, too.',
  conditions: 'Look at the predicate, and at the conditions of the policy.',
};
