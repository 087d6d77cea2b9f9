import { namespaceExists } from '@harbor-pilot/cluster';
import type { PilotError } from '@harbor-pilot/core';
import type { Check } from '../check.ts';
import { failure } from '../examine.ts';
import type { ClusterView } from './view.ts';

const api = {
  id: 'cluster-api',
  area: 'cluster',
  title: 'API of the cluster',
  matters: 'A rollout speaks with it from the first moment to the last.',
} as const;

/** Whether the API of the cluster answers. */
export function apiServer({ cluster: { client } }: ClusterView): Check {
  return {
    ...api,
    look: async (signal) => {
      const version = await client.version(signal);
      return { status: 'ok', seen: `${client.server} runs Kubernetes ${version}` };
    },
  };
}

/** Tells why the cluster cannot be asked at all; the way to the registry is examined nevertheless. */
export function unusable(error: PilotError): Check {
  return { ...api, look: async () => failure(error) };
}

/** Whether the namespace is there. */
export function namespace({ cluster }: ClusterView): Check {
  return {
    id: 'cluster-namespace',
    area: 'cluster',
    title: 'namespace',
    matters: 'Workloads and their pull secret go into it, and nothing goes into one that does not exist.',
    needs: ['cluster-api'],
    look: async (signal) => {
      if (await namespaceExists(cluster.client, cluster.namespace, signal))
        return { status: 'ok', seen: `the namespace ${cluster.namespace} is there` };
      return {
        status: 'failed',
        code: 'INPUT_INVALID',
        seen: `the namespace ${cluster.namespace} does not exist`,
        advice: `Create it with "kubectl create namespace ${cluster.namespace}", or correct the name.`,
      };
    },
  };
}
