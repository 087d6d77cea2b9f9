import type { InputDeclarations, OutputDeclarations } from '@harbor-pilot/step-kit';
import { commonInputs } from '../common.ts';
import { rolloutInputs } from '../rollout/inputs.ts';

/** All inputs of the step `doctor`. */
export const doctorStepInputs = {
  ...commonInputs,
  image: {
    ...commonInputs.image,
    description:
      'The image, or its project alone: its rights, quota, policies and content are examined, too. Without it only the way to the registry, and Harbor itself.',
    required: false,
  },
  pushCheck: {
    kind: 'boolean',
    description:
      'The account shall be able to push. It is tried with a few bytes, which are taken back. Set it to `false` for an account that only pulls.',
    default: true,
    config: 'doctor.push-check',
  },
  platforms: {
    kind: 'list',
    description: 'Platforms that the nodes of the cluster shall be able to run, `linux/amd64`.',
    default: [],
    config: 'build.platforms',
  },
  pullUsername: {
    ...rolloutInputs.pullUsername,
    description: 'Robot account with which the nodes pull: it is examined whether it can.',
  },
  pullPassword: rolloutInputs.pullPassword,
  kubeconfig: {
    ...rolloutInputs.kubeconfig,
    description:
      'Path of the kubeconfig; the variable `KUBECONFIG` when absent. Without both, no cluster is examined. Nothing in the cluster is changed.',
  },
  kubeContext: rolloutInputs.kubeContext,
  namespace: rolloutInputs.namespace,
  pullSecret: {
    ...rolloutInputs.pullSecret,
    description: 'Name of the pull secret that the pods name; without it those of the service account `default` count.',
  },
  report: {
    kind: 'text',
    description: 'Folder for what was found, as `doctor.html`, `doctor.md` and `doctor.json`.',
    default: '.harbor-pilot/doctor',
    config: 'doctor.report',
  },
} as const satisfies InputDeclarations;

/** All outputs of the step `doctor`; they are set when a check failed, too. */
export const doctorStepOutputs = {
  ok: { description: 'How many checks found nothing wrong.' },
  warnings: { description: 'How many found something that works, but not for long or not as it should.' },
  failed: { description: 'How many failed.' },
  skipped: { description: 'How many could not be made.' },
  cause: { description: 'Id of the first check that failed, `tls`.' },
  report: { description: 'Folder with what was found.' },
} as const satisfies OutputDeclarations;
