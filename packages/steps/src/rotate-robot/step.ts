import { defineStep } from '@harbor-pilot/step-kit';
import { rotateRobotInputs, rotateRobotOutputs } from './inputs.ts';

/** A command for those who look after Harbor; it is no step of a pipeline, so only the command line has it. */
export const rotateRobotStep = defineStep({
  name: 'rotate',
  summary:
    'Give a robot account that lives long a successor with a new secret, and delete the one before a while later.',
  inputs: rotateRobotInputs,
  outputs: rotateRobotOutputs,
  run: async (values, runtime) => (await import('./run.ts')).runRotateRobot(values, runtime),
});
