import { defineStep } from '@harbor-pilot/step-kit';
import { loginStepInputs, loginStepOutputs } from './inputs.ts';

/** Checks the credentials, and keeps them for the tools of later steps where a folder for that is given. */
export const loginStep = defineStep({
  name: 'login',
  summary: 'Check the credentials of a registry, and keep them in a private Docker configuration for later steps.',
  inputs: loginStepInputs,
  outputs: loginStepOutputs,
  run: async (values, runtime) => (await import('./run.ts')).runLogin(values, runtime),
});
