import type { Digest } from '@harbor-pilot/oci';

/** Type of the layers under the tag of classic attestations: DSSE envelopes (cosign's ATTESTATION_SPEC). */
export const envelopeMediaType = 'application/vnd.dsse.envelope.v1+json';
/** Says, unsigned, what a layer is about. */
export const predicateTypeOfLayer = 'predicateType';

/** The tag under which cosign keeps the classic attestations of a digest. */
export function attestationTag(digest: Digest): string {
  return `${digest.replace(':', '-')}.att`;
}
