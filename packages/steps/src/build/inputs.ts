import type { InputDeclarations, OutputDeclarations } from '@harbor-pilot/step-kit';
import { commonInputs, recordInputs } from '../common.ts';

/** The inputs of a build. */
export const buildInputs = {
  context: {
    kind: 'text',
    description: 'Folder with the files that the Dockerfile copies.',
    default: '.',
    config: 'build.context',
  },
  file: {
    kind: 'text',
    description: 'The Dockerfile; `Dockerfile` in the context when absent.',
    aliases: ['dockerfile', 'containerfile'],
    config: 'build.file',
  },
  platforms: {
    kind: 'list',
    description: 'Platforms to build for, `linux/amd64`. More than one makes an index.',
    default: ['linux/amd64'],
    config: 'build.platforms',
  },
  buildArgs: {
    kind: 'lines',
    description: 'Values of `ARG`, one `NAME=VALUE` a line. Not for secrets: they stay in the image.',
    default: [],
    config: 'build.build-args',
  },
  target: { kind: 'text', description: 'Stage to build; the last one when absent.', config: 'build.target' },
  labels: {
    kind: 'lines',
    description: 'Labels of the image, one `name=value` a line.',
    default: [],
    config: 'build.labels',
  },
} as const satisfies InputDeclarations;

/** All inputs of the step `build`. */
export const buildStepInputs = {
  ...commonInputs,
  ...buildInputs,
  layout: {
    kind: 'text',
    description: 'Folder for the OCI image layout that is built. An earlier image in it gives way.',
    default: '.harbor-pilot/image',
    config: 'layout',
  },
  ...recordInputs,
} as const satisfies InputDeclarations;

/** All outputs of the step `build`. */
export const buildStepOutputs = {
  digest: { description: 'Digest of what was built: of the index, or of the manifest when there is one platform.' },
  layout: { description: 'Folder of the OCI image layout.' },
} as const satisfies OutputDeclarations;
