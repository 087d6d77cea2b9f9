import { PilotError } from '@harbor-pilot/core';
import { statusOf } from '../api-error.ts';
import type { ClusterClient, Place } from '../cluster-client.ts';
import { listAt, textAt } from '../kube-object.ts';
import { resources } from '../resources.ts';

const attempts = 5;

/**
 * Adds a pull secret to those of a service account, once; the others stay. Only what was read is changed: when somebody
 * else changes the account in between, it is read again.
 * @returns whether anything was written.
 * @throws PilotError INPUT_INVALID when there is no such account
 */
export async function addPullSecret(
  client: ClusterClient,
  namespace: string,
  account: string,
  secret: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const place: Place = { resource: resources.serviceAccounts, namespace, name: account };
  for (let attempt = 1; ; attempt += 1) {
    const found = await client.get(place, signal);
    if (found === undefined) throw withoutAccount(namespace, account);
    const secrets = listAt(found, 'imagePullSecrets');
    if (secrets.some((one) => textAt(one, 'name') === secret)) return false;
    try {
      // The list is one value to the API, so that neither an apply nor a merge would keep the others.
      await client.patch(
        place,
        [
          { op: 'test', path: '/metadata/resourceVersion', value: textAt(found, 'metadata', 'resourceVersion') },
          { op: 'add', path: '/imagePullSecrets', value: [...secrets, { name: secret }] },
        ],
        signal,
      );
      return true;
    } catch (error) {
      if (attempt === attempts || ![409, 422].includes(statusOf(error) ?? 0)) throw error;
    }
  }
}

/** The error for a service account that is not there. */
export function withoutAccount(namespace: string, account: string): PilotError {
  return new PilotError('INPUT_INVALID', `there is no service account ${account} in the namespace ${namespace}`, {
    hint: 'Create it, or name the one that your pods use.',
  });
}
