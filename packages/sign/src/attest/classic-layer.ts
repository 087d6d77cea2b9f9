import { asObject } from '@harbor-pilot/core';
import { type Content, contentOf } from '@harbor-pilot/oci';
import { signatureAnnotation } from '../classic-tag.ts';
import { envelopeMediaType, predicateTypeOfLayer } from './attestation-tag.ts';

/**
 * The layer of a classic attestation, from a bundle that `signStatement` has written with a bare key: the envelope without what is around it.
 * The annotation of the signature is empty, as cosign has it: it stands in the envelope.
 */
export function classicLayer(bundleJson: string, predicateType: string): Content {
  const envelope = asObject(asObject(JSON.parse(bundleJson))?.dsseEnvelope);
  const { bytes, descriptor } = contentOf(envelopeMediaType, JSON.stringify(envelope));
  const annotations = { [signatureAnnotation]: '', [predicateTypeOfLayer]: predicateType };
  return { bytes, descriptor: { ...descriptor, annotations } };
}
