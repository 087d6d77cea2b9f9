import { requirePermissions, resources, statusOf } from '@harbor-pilot/cluster';
import { PilotError, registerSecret } from '@harbor-pilot/core';
import type { KeyPair } from '@harbor-pilot/sign';
import type { Runtime } from '@harbor-pilot/step-kit';
import { type ClusterValues, type KeyField, parseSecretPlace, withCluster } from '../key-secret.ts';

/** A Kubernetes secret that is to hold a key pair. */
export interface NewKeySecret {
  /** `NAMESPACE/NAME`. */
  readonly place: string;
  /**
   * Makes the secret as `cosign generate-key-pair k8s://…` 3.1.3 does, immutable.
   * @throws PilotError STATE_CONFLICT when somebody has made one of its name in between; CLUSTER_AUTH, CLUSTER_UNREACHABLE
   */
  write(pair: KeyPair, password: string): Promise<void>;
}

/**
 * Makes sure that a key pair can be kept there.
 * @param text `NAMESPACE/NAME`, with `k8s://` before it or not.
 * @param force whether a secret that is there is deleted first; it cannot be changed.
 * @throws PilotError STATE_CONFLICT when there is one; INPUT_INVALID, FILE_UNREADABLE, CLUSTER_AUTH, CLUSTER_UNREACHABLE,
 *   TLS_UNTRUSTED
 */
export async function openKeySecret(
  text: string,
  cluster: ClusterValues,
  force: boolean,
  runtime: Runtime,
): Promise<NewKeySecret> {
  const { namespace, name } = parseSecretPlace(text);
  const place = `${namespace}/${name}`;
  const at = { resource: resources.secrets, namespace, name };
  const isThere = await withCluster(cluster, runtime, async (client) => {
    const found = await client.get(at, runtime.signal);
    if (found !== undefined && !force) throw taken(place);
    // A secret that was deleted and may not be made again would be lost.
    const remove = found === undefined ? [] : [{ verb: 'delete', ...at }];
    const create = { verb: 'create', resource: resources.secrets, namespace };
    await requirePermissions(client, [...remove, create], runtime.signal);
    return found !== undefined;
  });
  return {
    place,
    write: (pair, password) =>
      withCluster(cluster, runtime, async (client) => {
        runtime.signal.throwIfAborted();
        // From here on nothing interrupts: there would be no key at all.
        if (isThere) await client.delete(at);
        const object = secretOf(pair, password, namespace, name);
        await client.create(resources.secrets, namespace, object).catch((error: unknown) => {
          throw statusOf(error) === 409 ? taken(place) : error;
        });
      }),
  };
}

function secretOf({ privateKeyPem, publicKeyPem }: KeyPair, password: string, namespace: string, name: string) {
  const texts: Readonly<Record<KeyField, string>> = {
    'cosign.key': privateKeyPem,
    'cosign.pub': publicKeyPem,
    'cosign.password': password,
  };
  const data = Object.fromEntries(
    Object.entries(texts).map(([field, text]) => [field, Buffer.from(text).toString('base64')]),
  );
  if (password !== '') registerSecret(password);
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, immutable: true, data };
}

function taken(place: string): PilotError {
  return new PilotError('STATE_CONFLICT', `there is a secret ${place} already`, {
    hint: 'Choose another name, or replace it (force): what the old key has signed cannot be verified with the new one.',
  });
}
