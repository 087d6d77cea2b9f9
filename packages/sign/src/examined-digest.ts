import type { Clock, PilotError } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import type { Claim } from './claim.ts';
import type { SignatureFormat } from './format.ts';
import type { Proof, ProofFailure, SignerPolicy } from './trusted-signers.ts';

/** Which digest is examined, and what its signatures must be. */
export interface ExamineOptions {
  readonly registry: Registry;
  /** Path below the registry, `project/app`. */
  readonly repository: string;
  readonly digest: Digest;
  readonly policy: SignerPolicy;
  /**
   * `registry/repository` that a signature must have been made for. Without it a signature that was copied from another
   * repository together with its image counts, as it does for cosign.
   */
  readonly expectedReference?: string;
  /** Signed texts that a signature must have, among others. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Nothing may have been signed later than it says. */
  readonly clock: Clock;
}

/** Why a signature does not count: it proves nothing, or it says something else. */
export type SignatureFailure =
  | ProofFailure
  | 'another digest'
  | 'another repository'
  | 'no repository'
  | 'other annotations';

/** A signature that counts: what it says, and what was proved of it. */
export interface ProvedSignature extends Claim {
  readonly format: SignatureFormat;
  /** Digest of the manifest that holds it. */
  readonly signatureDigest: Digest;
  readonly proof: Proof;
}

/** A signature that does not count. */
export interface RefusedSignature {
  readonly format: SignatureFormat;
  /** Digest of the manifest that holds it. */
  readonly signatureDigest: Digest;
  readonly failure: SignatureFailure;
  /** What exactly is wrong, for people; texts of certificates in it are foreign. */
  readonly reason: string;
}

/** All that hangs on one digest and speaks of who made it. Nothing of it is an error: whoever asked decides. */
export interface ExaminedDigest {
  readonly digest: Digest;
  /** Empty when no signature counts. */
  readonly proved: readonly ProvedSignature[];
  readonly refused: readonly RefusedSignature[];
  /** Bundles and classic attestations that are no signatures, whoever made them. */
  readonly attestations: number;
  /** Signatures of Notation, which are not verified here. */
  readonly notation: number;
  /** Why some of it could not be read: Harbor did not give it out (PULL_REFUSED). */
  readonly withheld?: PilotError;
}
