import type { InputDeclarations, OutputDeclarations } from '@harbor-pilot/step-kit';
import { commonInputs, digestInputs, recordInputs, writeInputs } from '../common.ts';
import { rolloutInputs } from '../rollout/inputs.ts';

/** The inputs that say with which key to sign. */
export const signerInputs = {
  key: {
    kind: 'text',
    description:
      'Private key: path of a PEM file, `env://NAME` for a variable that holds it, or `k8s://NAMESPACE/NAME` for a Kubernetes secret. Made with `harbor-pilot keys generate`, `cosign generate-key-pair` or `openssl`.',
    config: 'sign.key',
  },
  keyPassword: {
    kind: 'secret',
    description: 'Password of the private key. The variable `COSIGN_PASSWORD` is read, too.',
  },
  signerCommand: {
    kind: 'lines',
    description:
      'Command that signs with a key which it keeps, in a KMS, an HSM or a vault, in place of `key`: the program and its arguments, in one line or one a line. No shell reads it.',
    default: [],
    config: 'sign.signer-command',
  },
  signerEnvironment: {
    kind: 'list',
    description: 'Names of the variables that this command gets to see, `AWS_*` for all that begin so.',
    default: [],
    config: 'sign.signer-environment',
  },
  signerTimeout: {
    kind: 'duration',
    description: 'How long this command may take for one signature.',
    default: 60,
    config: 'sign.signer-timeout',
  },
  kubeconfig: rolloutInputs.kubeconfig,
  kubeContext: rolloutInputs.kubeContext,
} as const satisfies InputDeclarations;

/** The inputs about services of Sigstore: who gives a certificate in place of a key, and who testifies to a signature. */
export const serviceInputs = {
  keyless: {
    kind: 'boolean',
    description:
      'Sign without a key: Fulcio gives this job a certificate for its identity token, and a log and a timestamp authority testify to the signature. With the public Sigstore the name of the job is then public.',
    default: false,
    config: 'sign.keyless',
  },
  identityToken: {
    kind: 'text',
    description:
      'Identity token for signing without a key: path of a file, or `env://NAME` for a variable that holds it. Without it: the variable `SIGSTORE_ID_TOKEN`, or what GitHub gives a job with `id-token: write`. Implies `keyless`.',
    config: 'sign.identity-token',
  },
  oidcAudience: {
    kind: 'text',
    description: 'Whom the identity token must be for.',
    default: 'sigstore',
    aliases: ['oidcClientId'],
    config: 'sign.oidc-audience',
  },
  signingConfig: {
    kind: 'text',
    description:
      'Services of Sigstore: path of a file of `cosign signing-config create`. Without it `keyless` takes the public Sigstore, and a key signs without a log and timestamps.',
    config: 'sign.signing-config',
  },
} as const satisfies InputDeclarations;

/** The inputs of signing. */
export const signInputs = {
  ...signerInputs,
  ...serviceInputs,
  format: {
    kind: 'choice',
    choices: ['auto', 'bundle', 'classic', 'both'],
    description:
      'How the signature is kept: `auto` looks at the version of Harbor (`classic` up to 2.14, `bundle` from 2.15 and in other registries, `both` where a Harbor does not tell it).',
    default: 'auto',
    config: 'sign.format',
  },
  annotations: {
    kind: 'lines',
    description: 'Further texts to sign, one `NAME=VALUE` a line; `cosign verify -a` can ask for them.',
    default: [],
    config: 'sign.annotations',
  },
  recursive: {
    kind: 'boolean',
    description:
      'Sign the images of an index, too. Harbor looks for the signature of exactly what is pulled, and of an index that is one of its images.',
    default: true,
    config: 'sign.recursive',
  },
} as const satisfies InputDeclarations;

/** All inputs of the step `sign`. */
export const signStepInputs = {
  ...commonInputs,
  ...writeInputs,
  ...digestInputs,
  ...signInputs,
  ...recordInputs,
} as const satisfies InputDeclarations;

/** All outputs of the step `sign`. */
export const signStepOutputs = {
  digest: { description: 'Digest that was signed.' },
  keyId: { description: 'Digest of the public key, to tell keys apart; none without a key of your own.' },
  certificateIdentity: { description: 'Who has signed without a key, as the certificate names it.' },
  certificateOidcIssuer: { description: 'Who vouched for that identity.' },
  format: { description: 'How the signatures are kept, `bundle`, `classic` or `both`.' },
  signatures: {
    description: 'All signatures: of each the digest that was signed, and that of the manifest with the signature.',
    isList: true,
  },
} as const satisfies OutputDeclarations;
