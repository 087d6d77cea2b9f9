import { inParallel } from '@harbor-pilot/core';
import type { SerializedBundle } from '@sigstore/bundle';

/** Something that was signed, for those who bear witness to it. */
export interface SignedContent {
  /** In DER. */
  readonly signature: Uint8Array;
  /** What was signed: of a DSSE envelope its payload, of a classic signature the payload itself. */
  readonly payload: Uint8Array;
  /** Media type of the payload inside a DSSE envelope; undefined when the payload was signed as it is. */
  readonly envelopeType: string | undefined;
  /** The whole envelope of a classic attestation, which is what a timestamp is of there; absent otherwise. */
  readonly classicEnvelope?: Uint8Array;
  /** Leaf first, DER; empty for a bare key. */
  readonly certificates: readonly Uint8Array[];
  /** PEM (PKIX). */
  readonly publicKeyPem: string;
}

type VerificationMaterial = SerializedBundle['verificationMaterial'];

/** What one witness says, as it stands in a bundle. */
export interface Testimony {
  readonly tlogEntries?: VerificationMaterial['tlogEntries'];
  /** RFC 3161 time-stamp responses, DER. */
  readonly timestamps?: readonly Uint8Array[];
}

/** A transparency log or a timestamp authority. */
export interface Witness {
  /**
   * @throws PilotError SIGSTORE_UNAVAILABLE when the service cannot be had in time, ANSWER_UNEXPECTED when its answer is
   *   none or does not belong to what was asked.
   */
  testify(content: SignedContent, signal: AbortSignal | undefined): Promise<Testimony>;
}

/**
 * Has all witnesses testify, at the same time. When one fails the others are heard to their end: Rekor 2 puts the entries of
 * several clients into its log at once, and gives up those of all when one of them goes away.
 */
export async function hearWitnesses(
  witnesses: readonly Witness[],
  content: SignedContent,
  signal: AbortSignal | undefined,
): Promise<Required<Testimony>> {
  return hearTogether(witnesses.map((witness) => () => witness.testify(content, signal)));
}

/** Hears several testimonies to their end, also when one of them fails. */
export async function hearTogether(hearings: readonly (() => Promise<Testimony>)[]): Promise<Required<Testimony>> {
  const heard = await inParallel(hearings, (hear) => hear(), hearings.length);
  return {
    tlogEntries: heard.flatMap(({ tlogEntries = [] }) => tlogEntries),
    timestamps: heard.flatMap(({ timestamps = [] }) => timestamps),
  };
}
