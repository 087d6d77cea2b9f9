import { type KubeObject, listAt, type Resource, resources, textAt, titleOf } from '@harbor-pilot/cluster';
import type { Check, Finding } from '../check.ts';
import { type ClusterView, unlessForbidden } from './view.ts';

/** Who may name a pull secret, and where. Other workloads than Deployments are seen by their pods. */
const users: readonly (readonly [Resource, ...string[]])[] = [
  [resources.serviceAccounts],
  [resources.deployments, 'spec', 'template', 'spec'],
  [resources.pods, 'spec'],
];
const shownUsers = 5;

/** Whether anything uses the pull secret that the user named. */
export function pullSecretUse(view: ClusterView): Check {
  const { pullSecret, namespace } = view.cluster;
  return {
    id: 'pull-secret-use',
    area: 'cluster',
    title: 'use of the pull secret',
    matters: 'A secret helps only pods that name it, or whose service account does.',
    needs: ['pull-secret'],
    look: async (signal) => {
      if (pullSecret !== undefined)
        return unlessForbidden(`what uses secrets in ${namespace}`, () => findUses(view, pullSecret, signal));
      if (view.accounts.length > 0) return { status: 'ok', seen: 'pods get it by the service account default' };
      return { status: 'skipped', seen: 'there is no pull secret, and none is needed' };
    },
  };
}

async function findUses({ cluster }: ClusterView, name: string, signal: AbortSignal): Promise<Finding> {
  const { client, namespace } = cluster;
  const found: string[] = [];
  for (const [resource, ...path] of users) {
    const { items } = await client.list(resource, namespace, signal);
    const isUse = (item: KubeObject): boolean =>
      listAt(item, ...path, 'imagePullSecrets').some((secret) => textAt(secret, 'name') === name);
    found.push(...items.filter(isUse).map(titleOf));
  }
  if (found.length > 0) {
    return { status: 'ok', seen: `named in ${namespace} by ${found.slice(0, shownUsers).join(', ')}` };
  }
  return {
    status: 'warning',
    seen: `nothing in ${namespace} names the secret ${name}, neither a service account nor a workload`,
    advice:
      'Let a rollout name it (input "pull-secret"), or have "harbor-pilot pull-secret" give it to the service account.',
  };
}
