import { inParallel, PilotError } from '@harbor-pilot/core';
import { statusOf } from './api-error.ts';
import type { ClusterClient, Resource } from './cluster-client.ts';
import { dig } from './kube-object.ts';
import { groupOf, resources } from './resources.ts';

/** Something that an account may do or not. */
export interface Permission {
  readonly verb: string;
  readonly resource: Resource;
  /** Undefined for what is in no namespace. */
  readonly namespace: string | undefined;
  /** One object; any when absent. */
  readonly name?: string;
}

/** How a permission is named: `patch secrets/harbor in shop`. */
export function describePermission({ verb, resource, namespace, name }: Permission): string {
  const what = name === undefined ? resource.plural : `${resource.plural}/${name}`;
  return `${verb} ${what}${namespace === undefined ? '' : ` in ${namespace}`}`;
}

/** Asks the cluster whether the account may do something. A cluster that cannot be asked is taken to allow it. */
export async function isAllowed(
  client: ClusterClient,
  permission: Permission,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { verb, resource, namespace, name } = permission;
  const resourceAttributes = {
    verb,
    group: groupOf(resource.apiVersion),
    resource: resource.plural,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
  const { apiVersion, kind } = resources.accessReviews;
  const review = { apiVersion, kind, spec: { resourceAttributes } };
  try {
    const answer = await client.create(resources.accessReviews, undefined, review, signal);
    return dig(answer, 'status', 'allowed') === true;
  } catch (error) {
    if (statusOf(error) === 404) return true;
    throw error;
  }
}

/** Those of some permissions that the account does not have. */
export async function deniedOf(
  client: ClusterClient,
  needed: readonly Permission[],
  signal: AbortSignal | undefined,
): Promise<readonly Permission[]> {
  const answers = await inParallel(needed, (permission) => isAllowed(client, permission, signal));
  return needed.filter((_, index) => !answers[index]);
}

/**
 * Makes sure, before anything is changed, that the account has all these permissions.
 * @throws PilotError CLUSTER_AUTH naming each one that is missing
 */
export async function requirePermissions(
  client: ClusterClient,
  needed: readonly Permission[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const denied = (await deniedOf(client, needed, signal)).map(describePermission);
  if (denied.length === 0) return;
  throw new PilotError('CLUSTER_AUTH', `the account may not ${denied.join(', ')} in the cluster ${client.server}`, {
    hint: 'Nothing was changed. Bind a Role with these verbs to the account of the kubeconfig, or use another account.',
    details: { denied: denied.join(', ') },
  });
}
