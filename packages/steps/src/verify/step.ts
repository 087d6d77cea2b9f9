import { defineStep } from '@harbor-pilot/step-kit';
import { termSettings, verifyStepInputs, verifyStepOutputs } from './inputs.ts';

/** Verifies that an image, and all that belongs to its index, is signed by somebody who is trusted. */
export const verifyStep = defineStep({
  name: 'verify',
  summary:
    'Verify that an image, and each image of an index, or every image of a project, is signed by somebody who is trusted, for this repository and no other.',
  inputs: verifyStepInputs,
  settings: termSettings,
  outputs: verifyStepOutputs,
  run: async (values, runtime) => (await import('./run.ts')).runVerify(values, runtime),
});
