import type { InputDeclarations, InputValues, OutputDeclarations } from '@harbor-pilot/step-kit';
import { buildInputs } from '../build/inputs.ts';
import { commonInputs, recordInputs, writeInputs } from '../common.ts';
import { tagInputs } from '../push/inputs.ts';
import { rolloutInputs } from '../rollout/inputs.ts';
import { gateInputs, gateOutputs } from '../scan-gate/inputs.ts';
import type { gateSettings } from '../scan-gate/settings.ts';
import { signInputs } from '../sign/inputs.ts';
import { trustInputs, type verifySettings } from '../verify/inputs.ts';

/** All inputs of the step `release`. */
export const releaseStepInputs = {
  ...commonInputs,
  ...writeInputs,
  ...tagInputs,
  ...buildInputs,
  ...signInputs,
  signWhen: {
    kind: 'choice',
    choices: ['before-gate', 'after-gate'],
    description: 'What the signature means: `before-gate` that we built the image, `after-gate` that it passed.',
    default: 'before-gate',
    config: 'sign.when',
  },
  ...trustInputs,
  ...gateInputs,
  ...rolloutInputs,
  ...recordInputs,
  report: {
    kind: 'text',
    description: 'File for the report as a self-contained HTML page.',
    default: 'harbor-pilot.html',
    config: 'report',
  },
} as const satisfies InputDeclarations;

/** The values of the inputs and settings of a release. */
export type ReleaseValues = InputValues<typeof releaseStepInputs & typeof gateSettings & typeof verifySettings>;

/** All outputs of the step `release`. */
export const releaseStepOutputs = {
  digest: { description: 'The one digest that was built, pushed, signed, judged and rolled out.' },
  reference: { description: 'The image by its digest, `registry/repository@digest`.' },
  ...gateOutputs,
  record: { description: 'File of the release record.' },
  report: { description: 'File of the report.' },
} as const satisfies OutputDeclarations;
