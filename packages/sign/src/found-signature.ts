import { type ErrorCode, PilotError } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import type { Claim } from './claim.ts';
import type { SignatureFormat } from './format.ts';
import type { Proof, Refusal, SignerPolicy } from './trusted-signers.ts';

/** What came out when a signature was proved. Only the claims of a signed one may be believed. */
export type Checked =
  | { readonly outcome: 'signed'; readonly claims: readonly Claim[]; readonly proof: Proof }
  | { readonly outcome: 'refused'; readonly refusal: Refusal }
  | { readonly outcome: 'attestation' }
  /** Harbor did not give it out. */
  | { readonly outcome: 'withheld'; readonly error: PilotError };

/** A signature as it lies in a registry, not proved yet. */
export interface FoundSignature {
  readonly format: SignatureFormat;
  /** Digest of the manifest that holds it. */
  readonly signatureDigest: Digest;
  /** @param now nothing may have been signed later. */
  check(policy: SignerPolicy, now: Date): Promise<Checked>;
}

/** A signature of another tool, which is not proved here. */
export interface ForeignSignature {
  readonly format: 'notation';
}

/** Signatures are small; larger content is not one and is not read. */
export const signatureSizeLimitBytes = 1024 * 1024;

/** The outcome of a signature that cannot be read as one. */
export function damagedSignature(reason: string): Checked {
  return { outcome: 'refused', refusal: { failure: 'damaged', reason } };
}

const ownFaults: readonly ErrorCode[] = [
  'DIGEST_MISMATCH',
  'CONTENT_HOSTILE',
  'REFERENCE_NOT_FOUND',
  'REFERENCE_INVALID',
];

/** Whether an error is about what was read, and not about the registry: it must not hide what else there is. */
export function isOwnFault(error: unknown): error is PilotError {
  return error instanceof PilotError && ownFaults.includes(error.code);
}

/** Turns what is wrong with a single signature into its outcome, so that it does not hide the others; other errors stay errors. */
export function outcomeOf(error: unknown): Checked {
  if (!(error instanceof PilotError)) throw error;
  if (error.code === 'PULL_REFUSED') return { outcome: 'withheld', error };
  if (isOwnFault(error)) return damagedSignature(error.message);
  throw error;
}
