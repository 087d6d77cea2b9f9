import { inParallel, PilotError } from '@harbor-pilot/core';
import type { ClusterClient } from '../cluster-client.ts';
import { dig, type KubeObject, textAt } from '../kube-object.ts';
import { namespaceExists } from '../namespace.ts';
import { type Permission, requirePermissions } from '../permission.ts';
import { resources } from '../resources.ts';
import { type PullSecretContent, pullSecretType } from './pull-secret-object.ts';
import { withoutAccount } from './service-account.ts';
import { otherEntries, pullSecretPlace } from './write-pull-secret.ts';

/** A pull secret, where it is to be, and who is to use it. */
export interface PullSecretPlan {
  readonly content: PullSecretContent;
  readonly namespaces: readonly string[];
  /** Service accounts that get the secret in each namespace. */
  readonly serviceAccounts: readonly string[];
}

/**
 * Finds out before anything is changed whether a pull secret can be written everywhere: namespaces, permissions, what has
 * its name already, service accounts.
 * @throws PilotError INPUT_INVALID, CLUSTER_AUTH, CLUSTER_UNREACHABLE, TLS_UNTRUSTED
 */
export async function checkPullSecrets(
  client: ClusterClient,
  plan: PullSecretPlan,
  signal: AbortSignal | undefined,
): Promise<void> {
  await requireNamespaces(client, plan.namespaces, signal);
  await requirePermissions(
    client,
    plan.namespaces.flatMap((namespace) => permissionsIn(namespace, plan)),
    signal,
  );
  const { name } = plan.content;
  const found = await inParallel(plan.namespaces, async (namespace) => {
    const secret = await client.get(pullSecretPlace(namespace, name), signal);
    if (secret !== undefined) requireFitting(secret, namespace, plan.content);
    for (const account of plan.serviceAccounts) {
      const place = { resource: resources.serviceAccounts, namespace, name: account };
      if ((await client.get(place, signal)) === undefined) throw withoutAccount(namespace, account);
    }
    return secret;
  });
  const created = plan.namespaces.filter((_, index) => found[index] === undefined);
  const needed = created.map((namespace) => ({ verb: 'create', resource: resources.secrets, namespace, name }));
  await requirePermissions(client, needed, signal);
}

async function requireNamespaces(
  client: ClusterClient,
  namespaces: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const exist = await inParallel(namespaces, (name) => namespaceExists(client, name, signal));
  const missing = namespaces.filter((_, index) => !exist[index]);
  if (missing.length === 0) return;
  const [what, verb] = missing.length === 1 ? ['namespace', 'does'] : ['namespaces', 'do'];
  throw new PilotError(
    'INPUT_INVALID',
    `the ${what} ${missing.join(', ')} ${verb} not exist in the cluster ${client.server}`,
    { hint: 'Nothing was changed. Create what is missing, or correct the input namespaces.' },
  );
}

function permissionsIn(namespace: string, { content, serviceAccounts }: PullSecretPlan): readonly Permission[] {
  const verbs = ['get', 'patch'];
  const secret = verbs.map((verb) => ({ verb, resource: resources.secrets, namespace, name: content.name }));
  const accounts = serviceAccounts.flatMap((name) =>
    verbs.map((verb) => ({ verb, resource: resources.serviceAccounts, namespace, name })),
  );
  return [...secret, ...accounts];
}

/** @throws PilotError INPUT_INVALID when what has the name already cannot become this pull secret */
function requireFitting(secret: KubeObject, namespace: string, content: PullSecretContent): void {
  const what = `the secret ${content.name} in the namespace ${namespace}`;
  const hint = 'Nothing was changed. Choose another name (secret-name), or delete that secret.';
  const type = textAt(secret, 'type');
  if (type !== pullSecretType) {
    throw new PilotError('INPUT_INVALID', `${what} is of the type ${type}, which cannot be changed`, { hint });
  }
  if (dig(secret, 'immutable') === true) throw new PilotError('INPUT_INVALID', `${what} is immutable`, { hint });
  const others = Object.keys(otherEntries(secret, content));
  if (content.kubeSphere === undefined || others.length === 0) return;
  const message = `${what} is also for ${others.join(', ')}, but KubeSphere reads one registry of a secret`;
  throw new PilotError('INPUT_INVALID', message, { hint });
}
