import { type ErrorCode, PilotError } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import type { Claim } from './claim.ts';
import type { SignatureFormat } from './format.ts';
import type { PublicKey } from './public-key.ts';

/** What came out when a signature was verified with a key. Only the claims of a signed one may be believed. */
export type Checked =
  | { readonly outcome: 'signed'; readonly claims: readonly Claim[] }
  | { readonly outcome: 'another key' | 'damaged' | 'attestation' }
  | { readonly outcome: 'refused'; readonly error: PilotError };

/** A signature as it lies in a registry, not verified yet. */
export interface FoundSignature {
  readonly format: SignatureFormat;
  /** Digest of the manifest that holds it. */
  readonly signatureDigest: Digest;
  check(publicKey: PublicKey): Promise<Checked>;
}

/** Signatures are small; larger content is not one and is not read. */
export const signatureSizeLimitBytes = 1024 * 1024;

/** Gives undefined instead of an error with one of these codes. */
export async function unless<Value>(codes: readonly ErrorCode[], work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof PilotError && codes.includes(error.code)) return undefined;
    throw error;
  }
}

/** Turns what is wrong with a single signature into its outcome, so that it does not hide the others; other errors stay errors. */
export function outcomeOf(error: unknown): Checked {
  if (!(error instanceof PilotError)) throw error;
  if (error.code === 'PULL_REFUSED') return { outcome: 'refused', error };
  if (['DIGEST_MISMATCH', 'CONTENT_HOSTILE', 'REFERENCE_NOT_FOUND', 'REFERENCE_INVALID'].includes(error.code)) {
    return { outcome: 'damaged' };
  }
  throw error;
}
