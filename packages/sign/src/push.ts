import type { Clock } from '@harbor-pilot/core';
import type { Descriptor, Digest } from '@harbor-pilot/oci';
import type { Registry } from '@harbor-pilot/registry';
import type { Claim } from './claim.ts';
import type { Signer } from './signer.ts';
import type { Witness } from './witness.ts';

/** What making and pushing one signature needs. */
export interface PushOptions {
  readonly registry: Registry;
  readonly repository: string;
  readonly subject: Descriptor;
  readonly claim: Claim;
  readonly signer: Signer;
  readonly witnesses?: readonly Witness[] | undefined;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** A signature that was pushed. */
export interface PushedSignature {
  /** Of the manifest that holds it. */
  readonly digest: Digest;
  /** Whether a tag had to be set for it that other jobs may set, too. */
  readonly isTagSet: boolean;
}

/**
 * Pushes a signature that was made before, so that all of an image can be made before the first is pushed. Calling it again
 * makes sure that it is still there.
 */
export type PushSignature = () => Promise<PushedSignature>;
