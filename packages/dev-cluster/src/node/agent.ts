import type { Pod } from '../kinds/objects.ts';
import { resources } from '../kinds/resources.ts';
import { recordEvent } from '../store/events.ts';
import type { NodeContext, PodContext } from './pod-context.ts';
import { runPod } from './pod-runner.ts';
import { beginPod } from './pod-status.ts';

/** What a pod is given to end. */
const endMilliseconds = 30;

/** Starts the agent of a node, which runs the pods that are bound to it. @returns a function that ends it and waits. */
export function startNodeAgent(context: NodeContext, nodeNumber: number): () => Promise<void> {
  const { store, nodeName } = context;
  const closing = new AbortController();
  const running = new Map<string, { stop: AbortController; done: Promise<void> }>();
  let podNumber = 0;

  const begin = (pod: Pod): void => {
    const { uid } = pod.metadata;
    podNumber += 1;
    const stop = new AbortController();
    const signal = AbortSignal.any([closing.signal, stop.signal]);
    const podIp = `10.244.${nodeNumber}.${podNumber % 256}`;
    const done = lookAfter({ ...context, pod, signal }, podIp, nodeNumber, closing.signal).finally(() =>
      running.delete(uid),
    );
    running.set(uid, { stop, done });
  };
  const unsubscribe = store.subscribe(({ resource, object, type }) => {
    if (resource !== resources.pods) return;
    const pod = object as Pod;
    if (pod.spec.nodeName !== nodeName) return;
    const known = running.get(pod.metadata.uid);
    if (type === 'DELETED' || pod.metadata.deletionTimestamp !== undefined) known?.stop.abort();
    else if (known === undefined) begin(pod);
  });
  return async () => {
    unsubscribe();
    closing.abort();
    await Promise.all([...running.values()].map(({ done }) => done));
  };
}

/** Runs a pod from its binding to its end. */
async function lookAfter(context: PodContext, podIp: string, nodeNumber: number, closing: AbortSignal): Promise<void> {
  const { store, pod, signal, nodeName, clock } = context;
  // The change that told of the pod is still being told to others.
  await Promise.resolve();
  const { namespace, name, uid } = pod.metadata;
  const find = (): Pod | undefined => {
    const current = store.get(resources.pods, namespace, name);
    return current?.metadata.uid === uid ? current : undefined;
  };
  const bound = find();
  if (bound === undefined) return;
  store.update(resources.pods, bound, (draft) => {
    draft.status = beginPod(draft, podIp, `10.0.0.${nodeNumber}`, store.now());
  });
  try {
    await runPod(context);
  } catch (error) {
    if (!signal.aborted) {
      const message = `error running pod: ${error instanceof Error ? error.message : error}`;
      recordEvent(store, { about: pod, reason: 'FailedSync', message, isWarning: true, component: 'kubelet' });
    }
  }
  await aborted(signal);
  if (closing.aborted) return;
  for (const { state, name: container } of find()?.status.containerStatuses ?? []) {
    if (state.running === undefined) continue;
    const fieldPath = `spec.containers{${container}}`;
    const message = `Stopping container ${container}`;
    recordEvent(store, { about: pod, reason: 'Killing', message, fieldPath, component: 'kubelet', host: nodeName });
  }
  await clock.sleep(endMilliseconds);
  const ended = find();
  if (ended !== undefined) store.remove(resources.pods, ended);
  context.logs.forget(uid);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
