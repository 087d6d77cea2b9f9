import { PilotError } from '@harbor-pilot/core';
import type { Signer, SigningFormat, Witness } from '@harbor-pilot/sign';
import type { InputValues, Runtime, SignaturePart } from '@harbor-pilot/step-kit';
import { parseAnnotations } from '../annotations.ts';
import type { CommonValues } from '../connect.ts';
import type { serviceInputs, signerInputs, signInputs } from './inputs.ts';
import type { SigningServices } from './keyless.ts';
import { openSigner } from './open-signer.ts';
import { hasKey, isKeyless } from './who-signs.ts';

/** The values of the inputs of signing, and of those that say how to reach a server. */
export type SignValues = InputValues<typeof signInputs> & CommonValues;

/** Who signs, and who testifies to it. */
export interface SigningParty {
  readonly signer: Signer;
  /** What the certificate says; undefined when a key signs. */
  readonly certificate: SignaturePart['certificate'];
  readonly witnesses: readonly Witness[];
  readonly witnessedBy: SigningServices['witnessedBy'];
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

/** Whether the inputs say who signs. */
export function wantsSigning(values: SignValues): boolean {
  return hasKey(values) || isKeyless(values);
}

/**
 * Reads what signing needs, so that a bad key or token is known before anything else happens.
 * @throws PilotError what {@link openSigner} and {@link planServices} throw; INPUT_INVALID for an annotation that cannot
 *   be, and for a key where signing is to be without one.
 */
export async function planSigning(values: SignValues, runtime: Runtime): Promise<SigningPlan> {
  const annotations = parseAnnotations('annotations', values.annotations);
  const open = await planParty(values, runtime);
  return { format: values.format, annotations, isRecursive: values.recursive, open };
}

/** Reads who is to sign; for attesting, too. */
export async function planParty(
  values: InputValues<typeof signerInputs & typeof serviceInputs> & CommonValues,
  runtime: Runtime,
): Promise<SigningPlan['open']> {
  if (hasKey(values) && isKeyless(values)) {
    throw new PilotError('INPUT_INVALID', 'a key is given, and signing is to be without one', {
      hint: 'Leave out "key" and "signer-command", or "keyless" and "identity-token".',
    });
  }
  // The key first: nobody is asked for anything when it is bad.
  const key = isKeyless(values) ? undefined : await openSigner(values, runtime);
  if (key !== undefined && values.signingConfig === undefined) {
    return async () => ({ signer: key, certificate: undefined, witnesses: [], witnessedBy: () => [] });
  }
  const { planServices } = await import('./keyless.ts');
  const { openSigner: openKeyless, witnesses, witnessedBy } = await planServices(values, runtime);
  if (key !== undefined) return async () => ({ signer: key, certificate: undefined, witnesses, witnessedBy });
  return async () => {
    const signer = await openKeyless?.();
    if (signer === undefined) throw new PilotError('INTERNAL', 'nobody was found to sign');
    const { identity, issuer } = signer;
    return { signer, certificate: { identity, issuer }, witnesses, witnessedBy };
  };
}
