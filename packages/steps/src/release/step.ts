import { defineStep } from '@harbor-pilot/step-kit';
import { gateSettings } from '../scan-gate/settings.ts';
import { verifySettings } from '../verify/inputs.ts';
import { releaseStepInputs, releaseStepOutputs } from './inputs.ts';

/** The whole way of an image, from Dockerfile to pods. */
export const releaseStep = defineStep({
  name: 'release',
  summary: 'Build, push, sign, scan, gate, tag and roll out one image as one digest.',
  inputs: releaseStepInputs,
  settings: { ...gateSettings, ...verifySettings },
  outputs: releaseStepOutputs,
  run: async (values, runtime) => (await import('./run.ts')).runRelease(values, runtime),
});
