import type { Step } from '@harbor-pilot/step-kit';
import { attestStep } from './attest/step.ts';
import { buildStep } from './build/step.ts';
import { checkExceptionsStep } from './check-exceptions/step.ts';
import { doctorStep } from './doctor/step.ts';
import { generateKeysStep, importKeysStep, publicKeyStep } from './keys/step.ts';
import { loginStep } from './login/step.ts';
import { logoutStep } from './logout/step.ts';
import { promoteStep } from './promote/step.ts';
import { pullSecretStep } from './pull-secret/step.ts';
import { pushStep } from './push/step.ts';
import { releaseStep } from './release/step.ts';
import { rolloutStep } from './rollout/step.ts';
import { rotateRobotStep } from './rotate-robot/step.ts';
import { scanGateStep } from './scan-gate/step.ts';
import { signStep } from './sign/step.ts';
import { verifyStep } from './verify/step.ts';

/** Every step, in the order in which an image meets them; the whole way last. */
export const allSteps: readonly Step[] = [
  doctorStep,
  loginStep,
  logoutStep,
  buildStep,
  pushStep,
  signStep,
  verifyStep,
  scanGateStep,
  attestStep,
  promoteStep,
  pullSecretStep,
  rolloutStep,
  releaseStep,
];

/** What only the command line has. */
export const commandSteps: readonly Step[] = [
  rotateRobotStep,
  checkExceptionsStep,
  generateKeysStep,
  importKeysStep,
  publicKeyStep,
];
