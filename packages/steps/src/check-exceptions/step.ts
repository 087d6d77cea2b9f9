import { defineStep } from '@harbor-pilot/step-kit';
import { checkExceptionsInputs, checkExceptionsOutputs, checkExceptionsSettings } from './inputs.ts';

/** A command for those who look after exceptions, once a week; it is no step of a pipeline, so only the command line has it. */
export const checkExceptionsStep = defineStep({
  name: 'check',
  summary: 'Find exceptions that have ended, soon end, or cover nothing; exit code 5 when one has ended.',
  inputs: checkExceptionsInputs,
  settings: checkExceptionsSettings,
  outputs: checkExceptionsOutputs,
  run: async (values, runtime) => (await import('./run.ts')).runCheckExceptions(values, runtime),
});
