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
   * @throws PilotError SIGSTORE_UNAVAILABLE when the service cannot be had in time, ANSWER_UNEXPECTED when its answer is none or
   * does not belong to what was asked.
   */
  testify(content: SignedContent, signal: AbortSignal | undefined): Promise<Testimony>;
}

/** Has all witnesses testify, at the same time; the first that cannot ends it for all. */
export async function hearWitnesses(
  witnesses: readonly Witness[],
  content: SignedContent,
  signal: AbortSignal | undefined,
): Promise<Required<Testimony>> {
  return hearTogether(
    witnesses.map((witness) => (stop) => witness.testify(content, stop)),
    signal,
  );
}

/** Hears several testimonies at the same time. When one fails the others are stopped, so that nothing is waited for in vain. */
export async function hearTogether(
  hearings: readonly ((signal: AbortSignal) => Promise<Testimony>)[],
  signal: AbortSignal | undefined,
): Promise<Required<Testimony>> {
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const running = hearings.map((hear) => hear(either));
  try {
    const heard = await Promise.all(running);
    return {
      tlogEntries: heard.flatMap(({ tlogEntries = [] }) => tlogEntries),
      timestamps: heard.flatMap(({ timestamps = [] }) => timestamps),
    };
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(running);
    throw error;
  }
}
