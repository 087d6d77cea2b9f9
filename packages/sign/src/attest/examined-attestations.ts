import type { PilotError } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import type { ExamineOptions } from '../examined-digest.ts';
import type { SignatureFormat } from '../format.ts';
import type { Proof, ProofFailure, SignerPolicy } from '../trusted-signers.ts';
import type { Condition } from './conditions.ts';
import type { AttestedFact, StatementFlaw } from './statement.ts';

/** Of which digest the attestations are read, and whose count. */
export interface AttestationsOptions extends Omit<ExamineOptions, 'annotations'> {
  readonly signal?: AbortSignal | undefined;
}

/** An attestation that counts: what it says, and what was proved of it. */
export interface ProvedAttestation extends AttestedFact {
  readonly format: SignatureFormat;
  /** Digest of the manifest that holds it. */
  readonly attestationDigest: Digest;
  readonly proof: Proof;
}

/** Why an attestation does not count. */
export type AttestationFailure = ProofFailure | StatementFlaw | 'another repository' | 'no repository' | 'conditions';

/** An attestation that does not count. */
export interface RefusedAttestation {
  readonly format: SignatureFormat;
  readonly attestationDigest: Digest;
  /** As its manifest announces it, which nobody has signed; undefined when it does not. */
  readonly announcedType: string | undefined;
  readonly failure: AttestationFailure;
  /** What exactly is wrong, for people; texts in it may be foreign. */
  readonly reason: string;
}

/** An attestation that an image must have. */
export interface RequiredAttestation {
  /** URI. */
  readonly predicateType: string;
  /** One attestation has to meet all of them. */
  readonly conditions: readonly Condition[];
  /** Who has to have made it; those of the whole verification when absent. */
  readonly policy?: SignerPolicy;
}

/** What became of a requirement. Nothing of it is an error: whoever asked decides. */
export interface ExaminedRequirement {
  readonly required: RequiredAttestation;
  /** Those that meet it; it is met when there is one. */
  readonly proved: readonly ProvedAttestation[];
  /** Those of its type that do not count. It is missing when there are neither. */
  readonly refused: readonly RefusedAttestation[];
  /** Why some could not be read: Harbor did not give them out (PULL_REFUSED). */
  readonly withheld?: PilotError;
}
