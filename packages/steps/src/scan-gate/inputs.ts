import type { InputDeclarations, OutputDeclarations } from '@harbor-pilot/step-kit';
import { commonInputs, digestInputs, recordInputs } from '../common.ts';

/** The policy of the gate. */
export const gateInputs = {
  severityCutoff: {
    kind: 'choice',
    choices: ['critical', 'high', 'medium', 'low', 'negligible', 'none'],
    description: 'The lowest severity that refuses the image; `none` only reports.',
    default: 'high',
    aliases: ['severity'],
    config: 'scan-gate.severity-cutoff',
  },
  onlyFixed: {
    kind: 'boolean',
    description: 'Count only vulnerabilities for which there is a fixed version.',
    default: false,
    aliases: ['ignoreUnfixed', 'fixableOnly'],
    config: 'scan-gate.only-fixed',
  },
  failBuild: {
    kind: 'boolean',
    description: 'Fail when the image is refused. With `false` the step says what would have failed.',
    default: true,
    config: 'scan-gate.fail-build',
  },
  scanTimeout: {
    kind: 'duration',
    description: 'How long to wait for the scan of Harbor.',
    default: 600,
    config: 'scan-gate.timeout',
  },
} as const satisfies InputDeclarations;

/** All inputs of the step `scan-gate`. */
export const scanGateStepInputs = {
  ...commonInputs,
  ...digestInputs,
  ...gateInputs,
  scanTimeout: { ...gateInputs.scanTimeout, aliases: ['timeout'] },
  ...recordInputs,
} as const satisfies InputDeclarations;

/** All outputs of the step `scan-gate`. */
export const scanGateStepOutputs = {
  digest: { description: 'Digest that was judged.' },
  verdict: { description: '`passed` or `refused`.' },
  refusedCount: { description: 'How many vulnerabilities count against the image.' },
} as const satisfies OutputDeclarations;
