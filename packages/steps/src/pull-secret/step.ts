import { defineStep } from '@harbor-pilot/step-kit';
import { pullSecretStepInputs, pullSecretStepOutputs } from './inputs.ts';

/** Writes the secret with which the nodes of a cluster pull. */
export const pullSecretStep = defineStep({
  name: 'pull-secret',
  summary: 'Create or refresh the secret with which Kubernetes pulls, once the registry has taken its credentials.',
  inputs: pullSecretStepInputs,
  outputs: pullSecretStepOutputs,
  run: async (values, runtime) => (await import('./run.ts')).runPullSecret(values, runtime),
});
