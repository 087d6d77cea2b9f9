import { defineStep } from '@harbor-pilot/step-kit';
import { pushStepInputs, pushStepOutputs } from './inputs.ts';

/** Pushes an OCI image layout. */
export const pushStep = defineStep({
  name: 'push',
  summary: 'Push a built image to the registry: layers in parallel, each verified, tags last.',
  inputs: pushStepInputs,
  outputs: pushStepOutputs,
  run: async (values, runtime) => (await import('./run.ts')).runPush(values, runtime),
});
