import { defineStep } from '@harbor-pilot/step-kit';
import { signStepInputs, signStepOutputs } from './inputs.ts';

/** Signs a digest, and all children of an index. */
export const signStep = defineStep({
  name: 'sign',
  summary: 'Sign an image, its index and every platform, so that cosign verifies it and Harbor shows it as signed.',
  inputs: signStepInputs,
  outputs: signStepOutputs,
  run: async (values, runtime) => (await import('./run.ts')).runSign(values, runtime),
});
