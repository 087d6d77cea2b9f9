import { type ClusterClient, openCluster, resources } from '@harbor-pilot/cluster';
import { asObject, asString, PilotError, registerSecret } from '@harbor-pilot/core';
import type { Runtime } from '@harbor-pilot/step-kit';
import { type KubeconfigValues, readKubeconfigInput } from './kubeconfig-input.ts';

/** The inputs about the cluster that keeps a key. */
export type ClusterValues = KubeconfigValues & { readonly kubeContext: string | undefined };

/** Where a secret with a key pair is. */
export interface KeySecretPlace {
  readonly namespace: string;
  readonly name: string;
}

/** What `cosign generate-key-pair k8s://…` 3.1.3 puts into a secret. */
const fields = ['cosign.key', 'cosign.pub', 'cosign.password'] as const;

/** One entry of a secret with a key pair. */
export type KeyField = (typeof fields)[number];

/**
 * Reads a key pair from a Kubernetes secret. Its password is masked everywhere from here on.
 * @param place `NAMESPACE/NAME`.
 * @param needed the entry that must be there.
 * @param cluster without it the variable `KUBECONFIG` says where the cluster is.
 * @throws PilotError KEY_INVALID when there is no such secret or entry; INPUT_INVALID, FILE_UNREADABLE, CLUSTER_AUTH,
 *   CLUSTER_UNREACHABLE, TLS_UNTRUSTED about the cluster.
 */
export async function readKeySecret<Needed extends KeyField>(
  place: string,
  needed: Needed,
  runtime: Runtime,
  cluster = clusterOf({ kubeconfig: undefined, kubeContext: undefined }),
): Promise<Readonly<Record<Needed, string> & Partial<Record<KeyField, string>>>> {
  const { namespace, name } = parseSecretPlace(place);
  const secret = await withCluster(cluster, runtime, (client) =>
    client.get({ resource: resources.secrets, namespace, name }, runtime.signal),
  );
  if (secret === undefined) throw withoutKey(`there is no secret ${name} in the namespace ${namespace}`);
  const data = asObject(secret.data) ?? {};
  const texts: Partial<Record<KeyField, string>> = {};
  for (const field of fields) {
    const encoded = asString(data[field]);
    if (encoded !== undefined) texts[field] = Buffer.from(encoded, 'base64').toString();
  }
  if (texts['cosign.password']) registerSecret(texts['cosign.password']);
  const text = texts[needed];
  if (text === undefined) throw withoutKey(`the secret ${name} in the namespace ${namespace} has no "${needed}"`);
  return { ...texts, [needed]: text } as Record<Needed, string> & typeof texts;
}

function withoutKey(message: string): PilotError {
  return new PilotError('KEY_INVALID', message, {
    hint: 'Make it with "harbor-pilot keys generate --kubernetes-secret NAMESPACE/NAME", or with "cosign generate-key-pair k8s://NAMESPACE/NAME".',
  });
}

/**
 * Reads where a secret is.
 * @param text `NAMESPACE/NAME`, with `k8s://` before it or not.
 * @throws PilotError INPUT_INVALID
 */
export function parseSecretPlace(text: string): KeySecretPlace {
  const [, namespace, name] = /^(?:k8s:\/\/)?([a-z0-9][-a-z0-9]*)\/([a-z0-9][-.a-z0-9]*)$/.exec(text) ?? [];
  if (namespace !== undefined && name !== undefined) return { namespace, name };
  throw new PilotError('INPUT_INVALID', `"${text}" does not say where a Kubernetes secret is`, {
    hint: 'Write its namespace and its name: shop/cosign-key.',
  });
}

/** The cluster of a kubeconfig which says itself whom to trust. */
export function clusterOf(given: Pick<ClusterValues, 'kubeconfig' | 'kubeContext'>): ClusterValues {
  const { kubeconfig, kubeContext } = given;
  return { kubeconfig, kubeContext, registry: undefined, caCertificate: undefined, caFingerprint: undefined };
}

/** Does something with the cluster that the inputs name, and closes it. */
export async function withCluster<Result>(
  cluster: ClusterValues,
  runtime: Runtime,
  use: (client: ClusterClient) => Promise<Result>,
): Promise<Result> {
  const client = await openCluster(await readKubeconfigInput(cluster, runtime), cluster.kubeContext, runtime.clock);
  try {
    return await use(client);
  } finally {
    client.close();
  }
}
