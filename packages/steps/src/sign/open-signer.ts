import { PilotError } from '@harbor-pilot/core';
import { cosignVerifyFlag, loadSigner, openExternalSigner, type Signer } from '@harbor-pilot/sign';
import type { InputValues, Runtime } from '@harbor-pilot/step-kit';
import type { ClusterValues } from '../key-secret.ts';
import { readPrivateKey } from '../signature-key-input.ts';
import type { signerInputs } from './inputs.ts';
import { splitCommand } from './split-command.ts';
import { hasKey } from './who-signs.ts';

/** The inputs that say with which key to sign. */
export type SignerValues = InputValues<typeof signerInputs> & ClusterValues;

/**
 * Opens the key that the inputs name.
 * @throws PilotError KEY_INVALID, and what reading a key throws; SIGNER_FAILED, DEADLINE_EXCEEDED, FILE_UNREADABLE of a
 *   command; INPUT_INVALID when no key is named, or two.
 */
export async function openSigner(values: SignerValues, runtime: Runtime): Promise<Signer> {
  const { key, signerCommand } = values;
  if (!hasKey(values) || (key !== undefined && signerCommand.length > 0)) {
    const message =
      key === undefined ? 'the input "key" is missing' : 'the inputs "key" and "signer-command" are both given';
    throw new PilotError('INPUT_INVALID', message, {
      hint: 'Give the private key: its path, env://NAME or k8s://NAMESPACE/NAME; or the command that signs, as signer-command.',
    });
  }
  const signer = key === undefined ? await openCommand(values, runtime) : await openKey(key, values, runtime);
  const flag = cosignVerifyFlag(signer.publicKeyPem);
  if (flag !== undefined) runtime.warn(`what this key signs, cosign verifies only with ${flag}`);
  return signer;
}

async function openCommand(values: SignerValues, runtime: Runtime): Promise<Signer> {
  return openExternalSigner({
    command: splitCommand('signer-command', values.signerCommand),
    environment: runtime.environment,
    variables: values.signerEnvironment,
    folder: runtime.workspace,
    timeoutSeconds: values.signerTimeout,
    clock: runtime.clock,
    signal: runtime.signal,
  });
}

async function openKey(key: string, values: SignerValues, runtime: Runtime): Promise<Signer> {
  const { pem, password: kept } = await readPrivateKey(key, runtime, values);
  const password = kept ?? values.keyPassword ?? runtime.environment.COSIGN_PASSWORD;
  if (password !== undefined && password !== '') runtime.mask(password);
  return loadSigner(pem, password);
}
