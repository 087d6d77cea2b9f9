import type { InputDeclarations, OutputDeclarations } from '@harbor-pilot/step-kit';
import { commonInputs, digestInputs, recordInputs } from '../common.ts';

/** What a signature must be of. */
export const signedForInputs = {
  signedFor: {
    kind: 'text',
    description:
      'Repository that the signature was made for, `registry/repository`, where the image was copied from there together with its signature. Without it the one of `image`.',
    config: 'verify.signed-for',
  },
} as const satisfies InputDeclarations;

/** All inputs of the step `verify`. */
export const verifyStepInputs = {
  ...commonInputs,
  ...digestInputs,
  publicKey: {
    kind: 'text',
    description: 'Public key of the signer: path of a PEM file, or `env://NAME` for a variable that holds it.',
    required: true,
    config: 'verify.public-key',
  },
  ...signedForInputs,
  record: {
    ...recordInputs.record,
    description: 'File of the release record: it says the digest where no other input does.',
  },
} as const satisfies InputDeclarations;

/** All outputs of the step `verify`. */
export const verifyStepOutputs = {
  digest: { description: 'Digest that was verified.' },
} as const satisfies OutputDeclarations;
