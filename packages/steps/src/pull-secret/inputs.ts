import type { InputDeclarations, OutputDeclarations } from '@harbor-pilot/step-kit';
import { commonInputs, writeInputs } from '../common.ts';
import { loginStepInputs } from '../login/inputs.ts';
import { rolloutInputs } from '../rollout/inputs.ts';

/** All inputs of the step `pull-secret`. */
export const pullSecretStepInputs = {
  ...commonInputs,
  ...writeInputs,
  username: {
    ...commonInputs.username,
    // Not the account that pushes: nodes must never get that one because a file names it.
    config: rolloutInputs.pullUsername.config,
    description:
      'Account with which the nodes pull, best a robot account that may only pull, `robot$project+name`. Without it the credentials of the Docker configuration are used.',
  },
  image: {
    ...commonInputs.image,
    description:
      'An image that the nodes are going to pull: the account must be able to pull it. Without it, the project in the name of a robot account counts.',
    required: false,
  },
  registryAuth: {
    ...loginStepInputs.registryAuth,
    description:
      'Several registries in one secret: a YAML list of `registry`, `username` and `password`. All must take their credentials, or nothing is written.',
  },
  secretName: {
    kind: 'text',
    description: 'Name of the secret.',
    default: 'harbor',
    config: 'pull-secret.name',
  },
  namespaces: {
    kind: 'list',
    description: 'Namespaces that get the secret. Without them and `namespace-selector`: `default`.',
    aliases: ['namespace'],
    config: 'pull-secret.namespaces',
  },
  namespaceSelector: {
    kind: 'text',
    description: 'All namespaces with these labels get it, too: `team=shop,stage!=test`.',
    config: 'pull-secret.namespace-selector',
  },
  serviceAccounts: {
    kind: 'list',
    description:
      'Service accounts whose pods pull with it without naming it, in each namespace. `none`: pods name the secret themselves.',
    default: ['default'],
    config: 'pull-secret.service-accounts',
  },
  kubesphereCreator: {
    kind: 'text',
    description:
      'Write the secret as KubeSphere does, with this user of KubeSphere as its creator: one registry, by its address.',
    config: 'pull-secret.kubesphere-creator',
  },
  kubesphereInsecure: {
    kind: 'boolean',
    description:
      'Let KubeSphere take any certificate of the registry when it looks into it: anybody on the way can then read the password.',
    default: false,
    config: 'pull-secret.kubesphere-insecure',
  },
  kubeconfig: rolloutInputs.kubeconfig,
  kubeContext: rolloutInputs.kubeContext,
} as const satisfies InputDeclarations;

/** All outputs of the step `pull-secret`. */
export const pullSecretStepOutputs = {
  secret: { description: 'Name of the secret, for `imagePullSecrets`.' },
  namespaces: { description: 'Namespaces that have it, separated by commas.' },
  changed: {
    description: 'Those in which something was written, separated by commas; empty when all was as it should be.',
  },
} as const satisfies OutputDeclarations;
