import { PilotError } from '@harbor-pilot/core';
import type { Signer, SigningFormat, Witness } from '@harbor-pilot/sign';
import type { InputValues, Runtime } from '@harbor-pilot/step-kit';
import type { ClusterValues } from '../key-secret.ts';
import { parsePairs } from '../pairs.ts';
import type { signInputs } from './inputs.ts';
import { openSigner } from './open-signer.ts';

/** The values of the inputs of signing. */
export type SignValues = InputValues<typeof signInputs> & ClusterValues;

/** Who signs, and who testifies to it. */
export interface SigningParty {
  readonly signer: Signer;
  readonly witnesses: readonly Witness[];
}

/** How an image is to be signed, read and checked before anything is changed. */
export interface SigningPlan {
  readonly format: SigningFormat | 'auto';
  readonly annotations: Readonly<Record<string, string>>;
  /** Whether the children of an index are signed, too. */
  readonly isRecursive: boolean;
  /** Called when it is time to sign: a certificate is valid for minutes only. */
  open(): Promise<SigningParty>;
}

/** Holds the repository that a bundle is signed for. */
const reservedAnnotation = 'docker-reference';

/**
 * Reads what signing needs, so that a bad key is known before anything else happens.
 * @throws PilotError KEY_INVALID; INPUT_INVALID when there is no key, or an annotation that cannot be.
 */
export async function planSigning(values: SignValues, runtime: Runtime): Promise<SigningPlan> {
  const annotations = parsePairs('annotations', values.annotations);
  if (annotations[reservedAnnotation] !== undefined) {
    throw new PilotError('INPUT_INVALID', `the annotation "${reservedAnnotation}" cannot be given`, {
      hint: 'It says which repository was signed, and is always added. Leave it out.',
    });
  }
  const signer = await openSigner(values, runtime);
  return {
    format: values.format,
    annotations,
    isRecursive: values.recursive,
    open: async () => ({ signer, witnesses: [] }),
  };
}
