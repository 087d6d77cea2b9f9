import type { InputDeclarations, OutputDeclarations } from '@harbor-pilot/step-kit';
import { commonInputs, recordInputs, writeInputs } from '../common.ts';

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
  ...writeInputs,
  ...tagInputs,
  source: {
    kind: 'text',
    description:
      'What to push: `docker://name:tag` of the Docker engine (the one of `DOCKER_HOST`, else of the machine), `docker-archive:image.tar` as `docker save` writes it, compressed or not, or `oci:folder`, with `:tag` where it has several images. Without it the folder in `layout`.',
    config: 'source',
  },
  layout: {
    kind: 'text',
    description: 'Folder of the OCI image layout that the build step wrote.',
    default: '.harbor-pilot/image',
    config: 'layout',
  },
  toBundle: {
    kind: 'text',
    description:
      'File to write instead of pushing: the image as the registry has it, with signatures, attestations, SBOMs, the release record and checksums, in one tar for a place without a network.',
  },
  fromBundle: {
    kind: 'text',
    description: 'File that `to-bundle` wrote: all that is in it is verified and pushed.',
  },
  destinations: {
    kind: 'lines',
    description:
      'Where the same digest shall be pushed to as well, one `registry/repository` a line, with `:tag` where the tag is another. Their credentials come from the Docker configuration; `ca-certificate` is trusted for them too.',
    default: [],
    config: 'destinations',
  },
  ...recordInputs,
} as const satisfies InputDeclarations;

/** All outputs of the step `push`. */
export const pushStepOutputs = {
  digest: { description: 'Digest that was pushed, or written into the bundle.' },
  reference: { description: 'The image by its digest, `registry/repository@digest`.' },
} as const satisfies OutputDeclarations;
