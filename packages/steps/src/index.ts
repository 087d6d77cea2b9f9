export { allSteps } from './all-steps.ts';
export { attestStep } from './attest/step.ts';
export { buildStep } from './build/step.ts';
export { checkExceptionsStep } from './check-exceptions/step.ts';
export { parseConfig } from './config.ts';
export { configSchema } from './config-schema.ts';
export { doctorStep } from './doctor/step.ts';
export { executeStep } from './execute.ts';
export { generateKeysStep, importKeysStep, publicKeyStep } from './keys/step.ts';
export {
  accessOf,
  brokerPermissions,
  presetSteps,
  type StepPermission,
  stepPermissions,
} from './login/permissions.ts';
export { loginStep } from './login/step.ts';
export { logoutStep } from './logout/step.ts';
export { promoteStep } from './promote/step.ts';
export { pullSecretStep } from './pull-secret/step.ts';
export { pushStep } from './push/step.ts';
export { releaseStep } from './release/step.ts';
export { rolloutStep } from './rollout/step.ts';
export { rotateRobotStep } from './rotate-robot/step.ts';
export { scanGateStep } from './scan-gate/step.ts';
export { signStep } from './sign/step.ts';
export { verifyStep } from './verify/step.ts';
