import { systemClock } from '@harbor-pilot/core';
import { type ExamineOptions, keyPolicy, parsePublicKey } from '../src/index.ts';

/** That signatures of one key count. */
export function byKey({ publicKeyPem }: { readonly publicKeyPem: string }): Pick<ExamineOptions, 'policy' | 'clock'> {
  return { policy: keyPolicy(parsePublicKey(publicKeyPem)), clock: systemClock };
}
