import { defineStep } from '@harbor-pilot/step-kit';
import { logoutStepInputs, logoutStepOutputs } from './inputs.ts';

/** Deletes the robot account that `login` made for the job, where the CI does not have that done by itself. */
export const logoutStep = defineStep({
  name: 'logout',
  summary: 'Delete the robot account that login made for the job; on GitHub the post part of login does it.',
  inputs: logoutStepInputs,
  outputs: logoutStepOutputs,
  run: async (values, runtime) => (await import('./run.ts')).runLogout(values, runtime),
});
