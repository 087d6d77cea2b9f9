import type { ExaminedImage, ExaminedPart, ProvedSignature, SignatureFailure } from '@harbor-pilot/sign';
import {
  type ReportedAttestation,
  type ReportedDigest,
  type ReportedSignature,
  type SignatureState,
  signatureStates,
} from '@harbor-pilot/step-kit';

/** The result that each failure of a signature is, that of the nearest miss first: it tells most about what happened. */
const failureStates: Readonly<Record<SignatureFailure, SignatureState>> = {
  'another repository': 'replayed',
  'no repository': 'unbound',
  'other annotations': 'other-annotations',
  'another digest': 'another-digest',
  'expired trust root': 'expired-trust-root',
  'no timestamp': 'no-timestamp',
  'no transparency log': 'no-transparency-log',
  'no certificate transparency': 'no-certificate-transparency',
  damaged: 'tampered',
  'untrusted certificate': 'untrusted-certificate',
  'another signer': 'another-signer',
};
const nearestFirst = Object.keys(failureStates) as readonly SignatureFailure[];

/** How a digest stands by its signatures alone. */
export function stateBySignatures({ proved, refused, attestations, notation, withheld }: ExaminedPart): SignatureState {
  if (proved.length > 0) return 'signed';
  if (withheld !== undefined) return 'withheld';
  const nearest = nearestFirst.find((failure) => refused.some((one) => one.failure === failure));
  if (nearest !== undefined) return failureStates[nearest];
  if (attestations > 0) return 'only-attested';
  return notation > 0 ? 'notation' : 'not-signed';
}

/** A digest as reports tell of it. */
export function reportDigest(part: ExaminedPart, attestations: readonly ReportedAttestation[]): ReportedDigest {
  const { digest, platform, proved, refused, withheld } = part;
  return {
    digest,
    ...(platform === undefined ? {} : { platform }),
    state: stateByAttestations(stateBySignatures(part), attestations),
    signatures: proved.map(reportSignature),
    refused: refused.map(({ format, signatureDigest, failure, reason }) => ({
      format,
      signatureDigest,
      because: failureStates[failure],
      reason,
    })),
    attestations,
    attestationCount: part.attestations,
    notationCount: part.notation,
    ...(withheld === undefined || proved.length > 0 ? {} : { trouble: withheld.message }),
  };
}

function stateByAttestations(
  bySignatures: SignatureState,
  attestations: readonly ReportedAttestation[],
): SignatureState {
  if (bySignatures !== 'signed') return bySignatures;
  if (attestations.some(({ outcome }) => outcome === 'invalid')) return 'attestation-invalid';
  return attestations.some(({ outcome }) => outcome === 'missing') ? 'attestation-missing' : 'signed';
}

function reportSignature({
  format,
  signatureDigest,
  proof,
  reference,
  annotations,
}: ProvedSignature): ReportedSignature {
  return {
    format,
    signatureDigest,
    signer: proof.signer,
    verifiedWith: proof.verifiedWith,
    ...(proof.signedAt === undefined ? {} : { signedAt: proof.signedAt }),
    ...(reference === undefined ? {} : { signedFor: reference }),
    annotations,
  };
}

/**
 * How an image stands: as the worst of its digests, but where only its index is signed, that is said.
 * @param digests itself first.
 */
export function imageState(
  digests: readonly ReportedDigest[],
  { withheld }: Pick<ExaminedImage, 'withheld'>,
): SignatureState {
  const states = digests.map(({ state }) => state);
  const worst = signatureStates.findLast((state) => states.includes(state)) ?? 'not-signed';
  if (worst === 'signed') return withheld === undefined ? 'signed' : 'withheld';
  return states[0] === 'signed' && unsignedStates.includes(worst) ? 'index-only' : worst;
}

const unsignedStates: readonly SignatureState[] = ['not-signed', 'only-attested', 'notation'];
