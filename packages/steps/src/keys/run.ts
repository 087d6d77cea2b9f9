import { resolve } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import { generateKeyPair, importKeyPair, type KeyPair, parsePublicKey } from '@harbor-pilot/sign';
import type { InputValues, OutputValues, Runtime } from '@harbor-pilot/step-kit';
import { clusterOf } from '../key-secret.ts';
import { readNamed } from '../named-file.ts';
import { openSigner } from '../sign/open-signer.ts';
import { readPrivateKey } from '../signature-key-input.ts';
import type {
  generateKeysInputs,
  importKeysInputs,
  keyPairOutputs,
  publicKeyInputs,
  publicKeyOutputs,
} from './inputs.ts';
import { requirePlace, writeKeyFiles } from './key-files.ts';
import { openKeySecret } from './write-key-secret.ts';

type Outputs = OutputValues<typeof keyPairOutputs>;
type Target = Omit<InputValues<typeof generateKeysInputs>, 'keyType'>;

/** Runs the command `keys generate`. */
export async function runGenerateKeys(
  values: InputValues<typeof generateKeysInputs>,
  runtime: Runtime,
): Promise<Outputs> {
  return keepKeyPair(values, runtime, (password) => generateKeyPair(password, values.keyType));
}

/** Runs the command `keys import`. */
export async function runImportKeys(values: InputValues<typeof importKeysInputs>, runtime: Runtime): Promise<Outputs> {
  const { pem, password: kept } = await readPrivateKey(values.key, runtime, clusterOf(values));
  return keepKeyPair(values, runtime, (password) => importKeyPair(pem, kept ?? values.keyPassword ?? '', password));
}

/** Runs the command `keys public`. */
export async function runPublicKey(
  values: InputValues<typeof publicKeyInputs>,
  runtime: Runtime,
): Promise<OutputValues<typeof publicKeyOutputs>> {
  const { publicKeyPem } = await openSigner({ ...values, ...clusterOf(values) }, runtime);
  return { publicKey: publicKeyPem };
}

/** Looks first whether there is a place for the key pair: one that cannot be kept need not be made. */
async function keepKeyPair(
  target: Target,
  runtime: Runtime,
  make: (password: string) => Promise<KeyPair>,
): Promise<Outputs> {
  const { force, kubernetesSecret } = target;
  const prefix = resolve(runtime.workspace, target.out);
  const keyPath = kubernetesSecret === undefined ? `${prefix}.key` : undefined;
  const files = { keyPath, publicPath: `${prefix}.pub`, force };
  const password = await readPassword(target, runtime);
  await requirePlace(files);
  const secret =
    kubernetesSecret === undefined
      ? undefined
      : await openKeySecret(kubernetesSecret, clusterOf(target), force, runtime);
  const pair = await make(password);
  await secret?.write(pair, password);
  await writeKeyFiles(pair, files);
  if (secret !== undefined) runtime.info(`wrote the secret ${secret.place}: sign with the key k8s://${secret.place}`);
  if (keyPath !== undefined) runtime.info(`wrote ${keyPath}, for nobody else to read`);
  runtime.info(`wrote ${files.publicPath}`);
  return { keyId: parsePublicKey(pair.publicKeyPem).keyId };
}

async function readPassword({ passwordFile }: Pick<Target, 'passwordFile'>, runtime: Runtime): Promise<string> {
  const password =
    passwordFile === undefined
      ? runtime.environment.COSIGN_PASSWORD
      : await readPasswordFile(passwordFile, runtime.workspace);
  if (password === undefined) {
    throw new PilotError('INPUT_INVALID', 'there is no password for the new key', {
      hint: 'Give it in the variable COSIGN_PASSWORD, or in a file (password-file). An empty variable is allowed where only the place protects the key.',
    });
  }
  if (password !== '') runtime.mask(password);
  return password;
}

async function readPasswordFile(name: string, workspace: string): Promise<string> {
  const text = (await readNamed(name, workspace)).toString('utf8').replace(/\r?\n$/, '');
  if (text !== '') return text;
  throw new PilotError('INPUT_INVALID', `${name} holds no password`, {
    hint: 'Write the password into it.',
  });
}
