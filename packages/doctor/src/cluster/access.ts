import { deniedOf, describePermission, type Permission, resources } from '@harbor-pilot/cluster';
import type { Check } from '../check.ts';
import type { ClusterView } from './view.ts';

/** What the account of the kubeconfig may do, against what a rollout of a Deployment needs. */
export function access(view: ClusterView): Check {
  return {
    id: 'cluster-permissions',
    area: 'cluster',
    title: 'rights in the cluster',
    matters: 'A rollout that may not do one of these things ends before it has changed anything.',
    needs: ['cluster-namespace'],
    look: async (signal) => {
      const { client, namespace } = view.cluster;
      const [needed, helpful] = [neededRights(view), helpfulRights(namespace)];
      const denied = (await deniedOf(client, [...needed, ...helpful], signal)).map(describePermission);
      const missing = needed.map(describePermission).filter((right) => denied.includes(right));
      if (missing.length > 0) {
        return {
          status: 'failed',
          code: 'CLUSTER_AUTH',
          seen: `the account of the kubeconfig may not ${missing.join(', ')}`,
          advice: 'Bind a Role with these verbs to the account, or use another account.',
        };
      }
      if (denied.length === 0)
        return { status: 'ok', seen: `the account of the kubeconfig may do in ${namespace} all that a rollout needs` };
      return {
        status: 'warning',
        seen: `a rollout works, but the account may not ${denied.join(', ')}`,
        advice: 'With these rights it says more about why pods do not start.',
      };
    },
  };
}

function neededRights({ context, cluster: { namespace, pullSecret } }: ClusterView): readonly Permission[] {
  const rights = (resource: Permission['resource'], ...verbs: readonly string[]): readonly Permission[] =>
    verbs.map((verb) => ({ verb, resource, namespace }));
  // A rollout writes the secret when it is given an account for it.
  const written = context.deploy === undefined ? undefined : pullSecret;
  return [
    ...rights(resources.deployments, 'get', 'list', 'watch', 'create', 'patch'),
    ...rights(resources.replicaSets, 'list', 'watch'),
    ...rights(resources.pods, 'list', 'watch'),
    ...(written === undefined
      ? []
      : rights(resources.secrets, 'create', 'patch').map((one) => ({ ...one, name: written }))),
  ];
}

function helpfulRights(namespace: string): readonly Permission[] {
  return [
    { verb: 'list', resource: resources.events, namespace },
    { verb: 'watch', resource: resources.events, namespace },
  ];
}
