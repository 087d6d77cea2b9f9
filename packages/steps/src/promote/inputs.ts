import type { InputDeclarations, OutputDeclarations } from '@harbor-pilot/step-kit';
import { commonInputs, digestInputs, recordInputs, writeInputs } from '../common.ts';
import { tagInputs } from '../push/inputs.ts';
import { trustInputs } from '../verify/inputs.ts';

/** All inputs of the step `promote`. */
export const promoteStepInputs = {
  ...commonInputs,
  ...writeInputs,
  ...digestInputs,
  to: {
    kind: 'lines',
    description:
      'Where the image shall go, one `registry/repository` a line, with `:tag` where the tag is another. For another registry the credentials of the Docker configuration are used, and `ca-certificate` is trusted too.',
    required: true,
    config: 'promote.to',
  },
  tags: {
    ...tagInputs.tags,
    description:
      'Tags that the image shall have there. Without any: the tag of `image`, or those in the release record.',
  },
  ...trustInputs,
  ...recordInputs,
} as const satisfies InputDeclarations;

/** All outputs of the step `promote`. */
export const promoteStepOutputs = {
  digest: { description: 'Digest that was promoted.' },
  reference: { description: 'The image by its digest where it went to first, `registry/repository@digest`.' },
} as const satisfies OutputDeclarations;
