import type { InputDeclarations, OutputDeclarations } from '@harbor-pilot/step-kit';
import { commonInputs, recordInputs } from '../common.ts';

/** The tags that the image shall wear. */
export const tagInputs = {
  tags: {
    kind: 'list',
    description: 'Tags that the image shall have, besides the one in `image`.',
    default: [],
    config: 'tags',
  },
} as const satisfies InputDeclarations;

/** All inputs of the step `push`. */
export const pushStepInputs = {
  ...commonInputs,
  ...tagInputs,
  layout: {
    kind: 'text',
    description: 'Folder of the OCI image layout to push.',
    default: '.harbor-pilot/image',
    config: 'layout',
  },
  ...recordInputs,
} as const satisfies InputDeclarations;

/** All outputs of the step `push`. */
export const pushStepOutputs = {
  digest: { description: 'Digest that was pushed.' },
  reference: { description: 'The image by its digest, `registry/repository@digest`.' },
} as const satisfies OutputDeclarations;
