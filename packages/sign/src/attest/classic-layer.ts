import { type Content, contentOf } from '@harbor-pilot/oci';
import { classicAnnotations } from '../classic-annotations.ts';
import { signatureAnnotation } from '../classic-tag.ts';
import { statementPayloadType } from '../dsse.ts';
import { signContent } from '../sign-content.ts';
import type { Signer } from '../signer.ts';
import { hearWitnesses, type Witness } from '../witness.ts';

/** Type of the layers under the tag of classic attestations: DSSE envelopes (cosign's ATTESTATION_SPEC). */
export const envelopeMediaType = 'application/vnd.dsse.envelope.v1+json';
/** Says, unsigned, what a layer is about. */
export const predicateTypeOfLayer = 'predicateType';

/**
 * Signs a statement in the classic form and has the witnesses testify: the layer is the DSSE envelope alone, its
 * annotations say the rest. That of the signature is empty, as cosign has it: the signature stands in the envelope.
 * @throws PilotError what the signer and the witnesses throw.
 */
export async function makeClassicLayer(
  statementJson: string,
  predicateType: string,
  signer: Signer,
  witnesses: readonly Witness[] = [],
  signal?: AbortSignal,
): Promise<Content> {
  const payload = Buffer.from(statementJson);
  const signed = await signContent(signer, payload, statementPayloadType);
  const sig = Buffer.from(signed.signature).toString('base64');
  // The log keeps the digest of just this text, which cosign compares.
  const envelope = { payload: payload.toString('base64'), payloadType: statementPayloadType, signatures: [{ sig }] };
  const { bytes, descriptor } = contentOf(envelopeMediaType, JSON.stringify(envelope));
  const content = { ...signed, classicEnvelope: bytes };
  const annotations = {
    [signatureAnnotation]: '',
    [predicateTypeOfLayer]: predicateType,
    ...classicAnnotations(content, await hearWitnesses(witnesses, content, signal)),
  };
  return { bytes, descriptor: { ...descriptor, annotations } };
}
