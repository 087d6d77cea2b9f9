import { defineStep } from '@harbor-pilot/step-kit';
import { verifySettings } from '../verify/inputs.ts';
import { promoteStepInputs, promoteStepOutputs } from './inputs.ts';

/** Copies an image with its signatures and attestations. */
export const promoteStep = defineStep({
  name: 'promote',
  summary: 'Copy an image by its digest to another project or registry, its signatures and attestations with it.',
  inputs: promoteStepInputs,
  settings: verifySettings,
  outputs: promoteStepOutputs,
  run: async (values, runtime) => (await import('./run.ts')).runPromote(values, runtime),
});
