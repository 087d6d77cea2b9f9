import type { InputDeclarations, OutputDeclarations } from '@harbor-pilot/step-kit';
import { commonInputs } from '../common.ts';
import { brokerInputs } from '../login/broker-inputs.ts';

const { registry, caCertificate, caFingerprint, clientCertificate, clientKey, clientKeyPassword, insecure, plainHttp } =
  commonInputs;

/** All inputs of the step `logout`. */
export const logoutStepInputs = {
  registry: { ...registry, description: 'Host of the registry that `login` was for.', required: true },
  caCertificate,
  caFingerprint,
  clientCertificate,
  clientKey,
  clientKeyPassword,
  insecure,
  plainHttp,
  config: commonInputs.config,
  ...brokerInputs,
  dockerConfig: {
    kind: 'text',
    description: 'The folder that `login` wrote into. It says which robot account is to be deleted.',
  },
  robotId: {
    kind: 'text',
    description: 'The output `robot-id` of `login`, in place of the folder.',
  },
} as const satisfies InputDeclarations;

/** All outputs of the step `logout`. */
export const logoutStepOutputs = {
  deletedCount: { description: 'How many robot accounts were deleted.' },
} as const satisfies OutputDeclarations;
