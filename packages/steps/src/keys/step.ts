import { defineStep } from '@harbor-pilot/step-kit';
import { generateKeysInputs, importKeysInputs, keyPairOutputs, publicKeyInputs, publicKeyOutputs } from './inputs.ts';

// Commands for those who look after keys; they are no steps of a pipeline, so only the command line has them.

/** Makes a key pair. */
export const generateKeysStep = defineStep({
  name: 'generate',
  summary: 'Make a key pair to sign with, in the files of cosign or in a Kubernetes secret.',
  inputs: generateKeysInputs,
  outputs: keyPairOutputs,
  run: async (values, runtime) => (await import('./run.ts')).runGenerateKeys(values, runtime),
});

/** Brings a private key into the form of cosign. */
export const importKeysStep = defineStep({
  name: 'import',
  summary: 'Turn a private key in PEM into a key pair in the files of cosign, encrypted, or in a Kubernetes secret.',
  inputs: importKeysInputs,
  outputs: keyPairOutputs,
  run: async (values, runtime) => (await import('./run.ts')).runImportKeys(values, runtime),
});

/** Shows a public key. */
export const publicKeyStep = defineStep({
  name: 'public',
  summary: 'Print the public key of a private one, or of a command that signs.',
  inputs: publicKeyInputs,
  outputs: publicKeyOutputs,
  run: async (values, runtime) => (await import('./run.ts')).runPublicKey(values, runtime),
});
