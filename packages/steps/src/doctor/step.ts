import { defineStep } from '@harbor-pilot/step-kit';
import { doctorStepInputs, doctorStepOutputs } from './inputs.ts';

/** Examines the way from this machine to the registry, its project and the cluster. */
export const doctorStep = defineStep({
  name: 'doctor',
  summary:
    'Examine the way to Harbor, from the name of the host to the pods that pull, and say what is wrong and what to do.',
  inputs: doctorStepInputs,
  outputs: doctorStepOutputs,
  run: async (values, runtime) => (await import('./run.ts')).runDoctor(values, runtime),
});
