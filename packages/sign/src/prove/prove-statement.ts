import type { Proof, Refusal, SignerPolicy } from '../trusted-signers.ts';

/** A signed statement whose signature was proved. */
export interface ProvedStatement {
  /** The payload of the envelope, an in-toto statement of any predicate type. */
  readonly statement: Uint8Array;
  readonly proof: Proof;
}

/**
 * Proves the JSON text of a bundle whose content is a DSSE envelope with an in-toto statement.
 * @param now nothing may have been signed later.
 * @returns a refusal, never an error, whatever the bundle is.
 */
export async function proveStatement(
  _bundleJson: Uint8Array,
  _policy: SignerPolicy,
  _now: Date,
): Promise<ProvedStatement | Refusal> {
  return { failure: 'damaged', reason: 'not proved yet' };
}

/**
 * Proves an attestation of cosign's classic form (a layer of `sha256-….att`): a DSSE envelope, and beside it the annotations of the layer with
 * certificate, log entry and timestamp.
 */
export async function proveClassicStatement(
  _envelopeJson: Uint8Array,
  _annotations: Readonly<Record<string, string>>,
  _policy: SignerPolicy,
  _now: Date,
): Promise<ProvedStatement | Refusal> {
  return { failure: 'damaged', reason: 'not proved yet' };
}
