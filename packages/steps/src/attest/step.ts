import { defineStep } from '@harbor-pilot/step-kit';
import { attestStepInputs, attestStepOutputs } from './inputs.ts';

/** Says something of a digest, signed: how it was built, what is in it, what was found in it. */
export const attestStep = defineStep({
  name: 'attest',
  summary:
    'Attest of an image how it was built, what is in it, what the scan found or what the gate decided, signed so that cosign and `verify` can ask for it.',
  inputs: attestStepInputs,
  outputs: attestStepOutputs,
  run: async (values, runtime) => (await import('./run.ts')).runAttest(values, runtime),
});
