import { defineStep } from '@harbor-pilot/step-kit';
import { verifySettings } from '../verify/inputs.ts';
import { rolloutStepInputs, rolloutStepOutputs } from './inputs.ts';

/** Rolls a digest out to Kubernetes workloads. */
export const rolloutStep = defineStep({
  name: 'rollout',
  summary: 'Roll one digest out to Kubernetes, wait until its pods run, and undo it with the reason when they do not.',
  inputs: rolloutStepInputs,
  settings: verifySettings,
  outputs: rolloutStepOutputs,
  run: async (values, runtime) => (await import('./run.ts')).runRollout(values, runtime),
});
