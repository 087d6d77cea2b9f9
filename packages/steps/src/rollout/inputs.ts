import type { InputDeclarations, OutputDeclarations } from '@harbor-pilot/step-kit';
import { commonInputs, digestInputs, recordInputs, writeInputs } from '../common.ts';
import { trustInputs } from '../verify/inputs.ts';

/** The inputs of a rollout. */
export const rolloutInputs = {
  manifests: {
    kind: 'list',
    description:
      'Kubernetes manifests to apply: files, or folders whose `.yml` and `.yaml` files are taken. The image in them is pinned to the digest.',
    default: [],
    config: 'rollout.manifests',
  },
  workload: {
    kind: 'text',
    description: 'A workload that is in the cluster already, `deployment/hello`, instead of manifests.',
    config: 'rollout.workload',
  },
  replaces: {
    kind: 'text',
    description: 'Another name under which the manifests mention the image, `registry.example.com/shop/hello`.',
    config: 'rollout.replaces',
  },
  namespace: {
    kind: 'text',
    description: 'Namespace of the workloads.',
    default: 'default',
    config: 'rollout.namespace',
  },
  kubeconfig: {
    kind: 'text',
    description: 'Path of the kubeconfig; the variable `KUBECONFIG` when absent.',
    config: 'rollout.kubeconfig',
  },
  kubeContext: {
    kind: 'text',
    description: 'Context of the kubeconfig; its current one when absent.',
    config: 'rollout.kube-context',
  },
  rolloutTimeout: {
    kind: 'duration',
    description: 'How long the workloads may take to be complete.',
    default: 300,
    config: 'rollout.timeout',
  },
  undo: {
    kind: 'boolean',
    description: 'Go back to the revision before when the rollout fails.',
    default: true,
    aliases: ['rollbackOnFailure', 'atomic'],
    config: 'rollout.undo',
  },
  pullSecret: {
    kind: 'text',
    description: 'Name of the pull secret to create or update with `pull-username` and `pull-password`.',
    config: 'rollout.pull-secret',
  },
  pullUsername: {
    kind: 'text',
    description: 'Robot account with which the nodes pull.',
    config: 'rollout.pull-username',
  },
  pullPassword: { kind: 'secret', description: 'Secret of the robot account with which the nodes pull.' },
} as const satisfies InputDeclarations;

/** All inputs of the step `rollout`. */
export const rolloutStepInputs = {
  ...commonInputs,
  ...writeInputs,
  ...digestInputs,
  ...rolloutInputs,
  rolloutTimeout: { ...rolloutInputs.rolloutTimeout, aliases: ['timeout'] },
  ...trustInputs,
  ...recordInputs,
} as const satisfies InputDeclarations;

/** All outputs of the step `rollout`. */
export const rolloutStepOutputs = {
  digest: { description: 'Digest that was rolled out.' },
  outcome: { description: '`complete`; a rollout that fails ends the step.' },
} as const satisfies OutputDeclarations;
