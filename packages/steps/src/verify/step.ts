import { defineStep } from '@harbor-pilot/step-kit';
import { verifyStepInputs, verifyStepOutputs } from './inputs.ts';

/** Verifies that a digest, and all that belongs to its index, is signed by a key. */
export const verifyStep = defineStep({
  name: 'verify',
  summary:
    'Verify that an image, and each image of an index, is signed by the expected key, for this repository and no other.',
  inputs: verifyStepInputs,
  outputs: verifyStepOutputs,
  run: async (values, runtime) => (await import('./run.ts')).runVerify(values, runtime),
});
