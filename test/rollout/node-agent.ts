import { setTimeout as delay } from 'node:timers/promises';
import type { Json, KubeApi } from './kube-api.ts';

/** The label of the node that the agent plays. */
export const agentNode = { 'rollout.test/node': 'agent' };

/**
 * Plays the agent of a node: its pods get ready, but for those with an image that cannot be pulled, which say
 * `ErrImagePull`. For control planes whose nodes never pull.
 * @param unpullable text in the image, and what the registry is supposed to have answered.
 */
export async function startNodeAgent(
  api: KubeApi,
  unpullable: { readonly image: string; readonly message: string },
): Promise<{ stop(): Promise<void> }> {
  const name = 'agent-node';
  const conditions = [
    { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: new Date().toISOString() },
  ];
  const resources = { cpu: '32', memory: '64Gi', pods: '110' };
  const nodeInfo = { architecture: 'amd64', operatingSystem: 'linux' };
  await api.need('POST', '/api/v1/nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { ...agentNode, 'kubernetes.io/hostname': name } },
  });
  const status = { conditions, allocatable: resources, capacity: resources, nodeInfo };
  await api.need('PATCH', `/api/v1/nodes/${name}/status`, { status }, 'application/merge-patch+json');
  // A new node is tainted until it is known to be ready; nothing else untaints this one in time.
  await api.need('PATCH', `/api/v1/nodes/${name}`, { spec: { taints: null } }, 'application/merge-patch+json');
  const stopped = new AbortController();
  const loop = (async () => {
    while (!stopped.signal.aborted) {
      const pods = await api.ask('GET', `/api/v1/pods?fieldSelector=spec.nodeName%3D${name}`);
      for (const pod of pods.body.items ?? []) await tend(api, pod, unpullable);
      await delay(100, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stopped.abort();
      await loop;
    },
  };
}

async function tend(api: KubeApi, pod: Json, unpullable: { image: string; message: string }): Promise<void> {
  const path = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`;
  if (pod.metadata.deletionTimestamp) {
    await api.ask('DELETE', path, { gracePeriodSeconds: 0 });
    return;
  }
  if (pod.status.containerStatuses) return;
  const refused = pod.spec.containers.some(({ image }: Json) => image.includes(unpullable.image));
  const state = refused
    ? { waiting: { reason: 'ErrImagePull', message: unpullable.message } }
    : { running: { startedAt: new Date().toISOString() } };
  const containerStatuses = pod.spec.containers.map(({ name, image }: Json) => ({
    name,
    image,
    imageID: refused ? '' : image,
    ready: !refused,
    restartCount: 0,
    state,
  }));
  const ready = (type: string): object => ({
    type,
    status: refused ? 'False' : 'True',
    lastTransitionTime: new Date().toISOString(),
  });
  const conditions = [ready('Ready'), ready('ContainersReady')];
  const phase = refused ? 'Pending' : 'Running';
  await api.ask(
    'PATCH',
    `${path}/status`,
    { status: { phase, containerStatuses, conditions } },
    'application/strategic-merge-patch+json',
  );
}
