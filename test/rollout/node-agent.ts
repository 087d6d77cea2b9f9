import { setTimeout as delay } from 'node:timers/promises';
import type { Json, KubeApi } from './kube-api.ts';

/** Keeps a pod away from the nodes, so that nothing but {@link startNodeAgent} says how it is. */
export const unbound = { schedulerName: 'nobody' };

/**
 * Plays the agent of all nodes: a pod on a node runs and is ready, and a pod that no node gets says `ErrImagePull` when its
 * image is the one that cannot be pulled. For control planes whose nodes never pull, and may be slow to run.
 * @param unpullable text in the image, and what the registry is supposed to have answered.
 */
export function startNodeAgent(
  api: KubeApi,
  unpullable: { readonly image: string; readonly message: string },
): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const loop = (async () => {
    while (!stopped.signal.aborted) {
      const { body } = await api.ask('GET', '/api/v1/pods');
      for (const pod of body.items ?? []) await tend(api, pod, unpullable);
      await delay(50, undefined, { signal: stopped.signal }).catch(() => undefined);
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
  const { metadata, spec, status } = pod;
  const refused = spec.containers.some(({ image }: Json) => image.includes(unpullable.image));
  const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;
  if (metadata.deletionTimestamp) await api.ask('DELETE', path, { gracePeriodSeconds: 0 });
  if (metadata.deletionTimestamp || status.containerStatuses || (!spec.nodeName && !refused)) return;
  const startedAt = new Date().toISOString();
  const state = refused
    ? { waiting: { reason: 'ErrImagePull', message: unpullable.message } }
    : { running: { startedAt } };
  const containerStatuses = spec.containers.map(({ name, image }: Json) => {
    return { name, image, imageID: '', ready: !refused, restartCount: 0, state };
  });
  const conditions = ['Ready', 'ContainersReady'].map((type) => {
    return { type, status: refused ? 'False' : 'True', lastTransitionTime: startedAt };
  });
  const phase = refused ? 'Pending' : 'Running';
  const change = { status: { phase, containerStatuses, conditions } };
  await api.ask('PATCH', `${path}/status`, change, 'application/strategic-merge-patch+json');
}
