/** Media type of an in-toto statement inside a DSSE envelope. */
export const statementPayloadType = 'application/vnd.in-toto+json';

/** The bytes that the signature of a DSSE envelope is over (DSSE 1.0.2, protocol.md, "PAE"). */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** The bytes that a signature is over: the payload, or the encoding of it in a DSSE envelope. */
export function signedBytes({
  payload,
  envelopeType,
}: {
  readonly payload: Uint8Array;
  readonly envelopeType: string | undefined;
}): Uint8Array {
  return envelopeType === undefined ? payload : preAuthEncoding(envelopeType, payload);
}
