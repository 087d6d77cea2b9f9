import { defineStep } from '@harbor-pilot/step-kit';
import { buildStepInputs, buildStepOutputs } from './inputs.ts';

/** Builds an image from a Dockerfile without containers, into an OCI image layout. */
export const buildStep = defineStep({
  name: 'build',
  summary: 'Build an image from a Dockerfile without RUN, for several platforms, reproducibly and without Docker.',
  inputs: buildStepInputs,
  outputs: buildStepOutputs,
  run: async (values, runtime) => (await import('./run.ts')).runBuild(values, runtime),
});
