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
      'Certificate of a private authority: PEM text, or the path of a PEM file. It is trusted for the registry and for Harbor. `auto` asks Harbor for it, with `ca-fingerprint`.',
    aliases: ['registryCaCertPath', 'registryCacert'],
    config: 'ca-certificate',
  },
  caFingerprint: {
    kind: 'text',
    description:
      "SHA-256 fingerprint of the authority's certificate, 64 hexadecimal digits with or without colons, for `ca-certificate: auto`. Shown by `openssl x509 -in ca.crt -noout -fingerprint -sha256`.",
    config: 'ca-fingerprint',
  },
  clientCertificate: {
    kind: 'text',
    description:
      'Client certificate for a registry that wants one (mutual TLS): path of a PEM or PKCS#12 file (`.p12`, `.pfx`), or PEM text. It is shown to this registry only.',
    config: 'client-certificate',
  },
  clientKey: {
    kind: 'text',
    description:
      'Its private key, when it is not in the same file: path of a PEM file, or `env://NAME` for a variable that holds it.',
    config: 'client-key',
  },
  clientKeyPassword: {
    kind: 'secret',
    description: 'Password of the client key, or of the PKCS#12 file.',
  },
  insecure: {
    kind: 'boolean',
    description:
      'Do not check the certificate of this registry: anybody on the way can then read the password. Other hosts are checked as ever. Give `ca-certificate` instead.',
    default: false,
    config: 'insecure',
  },
  plainHttp: {
    kind: 'boolean',
    description: 'Speak plain HTTP with this registry: anybody on the way can read the password.',
    default: false,
    config: 'plain-http',
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

/** The input of steps that write into a registry or a cluster. It has no place in harbor-pilot.yml, which a fork can change. */
export const writeInputs = {
  allowForks: {
    kind: 'boolean',
    description:
      "Run for pull and merge requests of forks, too. Without it the step refuses there, so that nobody's unreviewed code is written with the secrets of the project.",
    default: false,
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
