import type { InputDeclarations, OutputDeclarations } from '@harbor-pilot/step-kit';
import { rolloutInputs } from '../rollout/inputs.ts';
import { signerInputs } from '../sign/inputs.ts';

/** Where a new key pair goes. */
const targetInputs = {
  out: {
    kind: 'text',
    description: 'Beginning of the names of the files: `cosign` for `cosign.key` and `cosign.pub`.',
    default: 'cosign',
    aliases: ['outputKeyPrefix'],
  },
  kubernetesSecret: {
    kind: 'text',
    description:
      'Keep the key pair and its password in this Kubernetes secret, `NAMESPACE/NAME`, and only the public key in a file.',
  },
  passwordFile: {
    kind: 'text',
    description: 'File with the password of the new key, in place of the variable `COSIGN_PASSWORD`.',
  },
  force: {
    kind: 'boolean',
    description: 'Replace a key pair that is there. What it has signed cannot be verified with the new one.',
    default: false,
  },
  kubeconfig: rolloutInputs.kubeconfig,
  kubeContext: rolloutInputs.kubeContext,
} as const satisfies InputDeclarations;

/** All inputs of the command `keys generate`. */
export const generateKeysInputs = {
  keyType: {
    kind: 'choice',
    description: 'Kind of the key.',
    choices: ['ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521', 'rsa-2048', 'rsa-3072', 'rsa-4096', 'ed25519'],
    default: 'ecdsa-p256',
  },
  ...targetInputs,
} as const satisfies InputDeclarations;

/** All inputs of the command `keys import`. */
export const importKeysInputs = {
  key: {
    kind: 'text',
    description: 'Private key to import: path of a PEM file, `env://NAME` or `k8s://NAMESPACE/NAME`.',
    required: true,
  },
  keyPassword: { kind: 'secret', description: 'Its password, where it has one.' },
  ...targetInputs,
} as const satisfies InputDeclarations;

/** All inputs of the command `keys public`. */
export const publicKeyInputs = signerInputs;

/** All outputs of the commands `keys generate` and `keys import`. */
export const keyPairOutputs = {
  keyId: { description: 'Digest of the public key, to tell keys apart.' },
} as const satisfies OutputDeclarations;

/** All outputs of the command `keys public`. */
export const publicKeyOutputs = {
  publicKey: { description: 'The public key, PEM.' },
} as const satisfies OutputDeclarations;
