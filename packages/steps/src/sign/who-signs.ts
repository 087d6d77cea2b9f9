import type { InputValues } from '@harbor-pilot/step-kit';
import type { serviceInputs, signerInputs } from './inputs.ts';

type Values = InputValues<typeof signerInputs & typeof serviceInputs>;

/** Whether the inputs name a key: one that is read, or one that a command keeps. */
export function hasKey({ key, signerCommand }: Pick<Values, 'key' | 'signerCommand'>): boolean {
  return key !== undefined || signerCommand.length > 0;
}

/** Whether a certificate is asked for, instead of a key. */
export function isKeyless({ keyless, identityToken }: Pick<Values, 'keyless' | 'identityToken'>): boolean {
  return keyless || identityToken !== undefined;
}
