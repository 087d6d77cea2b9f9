import type { InputDeclarations, OutputDeclarations } from '@harbor-pilot/step-kit';
import { commonInputs } from '../common.ts';

/** All inputs of the step `login`. */
export const loginStepInputs = {
  ...commonInputs,
  image: {
    ...commonInputs.image,
    description: 'An image whose registry is meant, when `registry` is not given.',
    required: false,
  },
  dockerConfig: {
    kind: 'text',
    description:
      'Folder to write a Docker `config.json` into. On GitHub a private one is made, exported as `DOCKER_CONFIG` and removed when the job ends; elsewhere the credentials are only checked unless you name a folder.',
    config: 'login.docker-config',
  },
} as const satisfies InputDeclarations;

/** All outputs of the step `login`. */
export const loginStepOutputs = {
  registry: { description: 'Host of the registry that took the credentials.' },
  dockerConfig: { description: 'Folder of the Docker configuration, when one was written.' },
} as const satisfies OutputDeclarations;
