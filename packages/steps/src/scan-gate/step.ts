import { defineStep } from '@harbor-pilot/step-kit';
import { scanGateStepInputs, scanGateStepOutputs } from './inputs.ts';
import { gateSettings } from './settings.ts';

/** Waits for Harbor's scan and judges it. */
export const scanGateStep = defineStep({
  name: 'scan-gate',
  summary: "Wait for Harbor's own scan of every platform and refuse the image when it has vulnerabilities that count.",
  inputs: scanGateStepInputs,
  settings: gateSettings,
  outputs: scanGateStepOutputs,
  run: async (values, runtime) => (await import('./run.ts')).runScanGate(values, runtime),
});
