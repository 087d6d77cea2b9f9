import type { Clock } from '@harbor-pilot/core';
import type { Pod } from '../kinds/objects.ts';
import { resources } from '../kinds/resources.ts';
import { recordEvent } from '../store/events.ts';
import type { Store } from '../store/store.ts';
import type { ImageStore } from './image-store.ts';
import type { LogBook } from './log-book.ts';
import { type ContainerChange, changeContainer } from './pod-status.ts';

/** What a pod needs of its node. */
export interface NodeContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly nodeName: string;
  readonly images: ImageStore;
  readonly logs: LogBook;
}

/** One pod on a node. */
export interface PodContext extends NodeContext {
  readonly pod: Pod;
  /** Aborted when the pod is to end. */
  readonly signal: AbortSignal;
}

const firstBackOffMilliseconds = 300;
const longestBackOffMilliseconds = 5000;

/** How long to wait after so many failures: doubling from 0.3 s up to 5 s (a real kubelet: 10 s up to 5 min). */
export function backOffMilliseconds(failures: number): number {
  return Math.min(firstBackOffMilliseconds * 2 ** Math.max(0, failures - 1), longestBackOffMilliseconds);
}

/** Which of a pod's two lists a container is in. */
export type ContainerList = 'containers' | 'initContainers';

/** Writes what a container does now. */
export function setContainer({ store, pod }: PodContext, name: string, change: ContainerChange): void {
  const { namespace, name: podName, uid } = pod.metadata;
  const current = store.get(resources.pods, namespace, podName);
  if (current?.metadata.uid !== uid) return;
  store.update(resources.pods, current, (draft) => {
    draft.status = changeContainer(draft.status, name, change, store.now());
  });
}

/** Writes an event about a container. */
export function tell(
  { store, pod, nodeName }: PodContext,
  container: string,
  list: ContainerList,
  reason: string,
  message: string,
  isWarning = false,
): void {
  const fieldPath = `spec.${list}{${container}}`;
  recordEvent(store, { about: pod, reason, message, isWarning, fieldPath, component: 'kubelet', host: nodeName });
}
