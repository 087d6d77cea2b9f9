import type { InputDeclarations } from '@harbor-pilot/step-kit';

/** The inputs that every step has. */
export const commonInputs = {
  registry: {
    kind: 'text',
    description:
      'Host of the registry, with its port if it is not 443: `harbor.example.com`. May be left out when `image` begins with it.',
    config: 'registry',
  },
  username: {
    kind: 'text',
    description:
      'User or robot account, `robot$project+name`. Without it the credentials of the Docker configuration are used.',
    config: 'username',
  },
  password: {
    kind: 'secret',
    description: 'Password of the user, or secret of the robot account. Never a flag, and in no log.',
  },
  caCertificate: {
    kind: 'text',
    description:
      'Certificate of a private authority: PEM text, or the path of a PEM file. It is trusted for the registry and for Harbor.',
    aliases: ['registryCaCertPath', 'registryCacert'],
    config: 'ca-certificate',
  },
  image: {
    kind: 'text',
    description:
      'The image: `project/repository`, with the registry before it if you like, and with `:tag` or `@digest` where one is meant.',
    required: true,
    aliases: ['subjectName'],
    config: 'image',
  },
  config: {
    kind: 'text',
    description: 'File with the settings of the repository, relative to its root.',
    default: 'harbor-pilot.yml',
  },
} as const satisfies InputDeclarations;

/** The inputs of steps that write into the release record. */
export const recordInputs = {
  record: {
    kind: 'text',
    description: 'File of the release record: read when it is there, and completed by the step.',
    default: 'harbor-pilot.json',
    config: 'record',
  },
} as const satisfies InputDeclarations;

/** The input with which a step is told the one digest it is about. */
export const digestInputs = {
  digest: {
    kind: 'text',
    description:
      'Digest of the image. Without it: the one in `image`, in the release record, or the one that the tag in `image` has now.',
    aliases: ['subjectDigest'],
  },
} as const satisfies InputDeclarations;
