import { PilotError } from '@harbor-pilot/core';
import type { Runtime } from '@harbor-pilot/step-kit';
import { readKey } from './key-input.ts';
import type { ClusterValues, KeyField } from './key-secret.ts';

/** A private key, and its password where that is kept beside it. */
export interface PrivateKeyText {
  readonly pem: string;
  readonly password?: string;
}

const secretScheme = 'k8s://';
/** Where cosign finds keys besides: services, through its plug-ins, and tokens. */
const elsewhereScheme = /^(?!env:|k8s:)[a-z][a-z0-9+.-]*:\/\/|^pkcs11:/;

/**
 * Reads a key to sign with, as {@link readKey} does; `k8s://NAMESPACE/NAME` is a Kubernetes secret as
 * `cosign generate-key-pair` makes one, whose password comes along.
 * @param cluster the inputs about the cluster; without them the variable `KUBECONFIG` says where it is.
 * @throws PilotError KEY_INVALID when there is nothing; for a secret what reading from a cluster throws.
 */
export async function readPrivateKey(
  value: string,
  runtime: Runtime,
  cluster?: ClusterValues,
): Promise<PrivateKeyText> {
  const elsewhere = elsewhereScheme.exec(value)?.[0];
  if (elsewhere !== undefined) {
    throw new PilotError('KEY_INVALID', `keys of ${elsewhere} are not read here`, {
      hint: 'Give a command that signs with it as signer-command: docs/signatures.md, "An external signer".',
    });
  }
  if (!value.startsWith(secretScheme)) return { pem: await readKey(value, runtime) };
  const { 'cosign.key': pem, 'cosign.password': password } = await readSecret(value, 'cosign.key', runtime, cluster);
  return { pem, ...(password === undefined ? {} : { password }) };
}

/**
 * Reads a key to verify with, as {@link readKey} does; `k8s://NAMESPACE/NAME` is a Kubernetes secret that has it as
 * `cosign.pub`.
 * @param cluster as for {@link readPrivateKey}.
 * @throws PilotError KEY_INVALID when there is nothing; for a secret what reading from a cluster throws.
 */
export async function readPublicKey(value: string, runtime: Runtime, cluster?: ClusterValues): Promise<string> {
  const elsewhere = elsewhereScheme.exec(value)?.[0];
  if (elsewhere !== undefined) {
    throw new PilotError('KEY_INVALID', `keys of ${elsewhere} are not read here`, {
      hint: `Write the public key into a file once, and give that: cosign public-key --key ${elsewhere}… > cosign.pub.`,
    });
  }
  if (!value.startsWith(secretScheme)) return readKey(value, runtime);
  return (await readSecret(value, 'cosign.pub', runtime, cluster))['cosign.pub'];
}

async function readSecret<Needed extends KeyField>(
  value: string,
  needed: Needed,
  runtime: Runtime,
  cluster: ClusterValues | undefined,
) {
  // Most keys are in files, and a client for clusters is large.
  const { readKeySecret } = await import('./key-secret.ts');
  return readKeySecret(value.slice(secretScheme.length), needed, runtime, cluster);
}
