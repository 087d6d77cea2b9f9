import type { Condition, Node, Pod } from '../kinds/objects.ts';
import { resources } from '../kinds/resources.ts';
import { recordEvent } from '../store/events.ts';
import type { Store } from '../store/store.ts';
import { isTrue, withCondition } from './conditions.ts';
import { startLoop } from './loop.ts';

const component = 'default-scheduler';

/** Starts the scheduler, which gives each pod the fitting node with the fewest pods. @returns a function that ends it. */
export function startScheduler(store: Store): () => void {
  const loop = startLoop((key) => {
    const [namespace, name = ''] = key.split('/');
    const pod = store.get(resources.pods, namespace, name);
    const isWaiting = pod?.spec.nodeName === undefined && pod?.metadata.deletionTimestamp === undefined;
    if (pod !== undefined && isWaiting) schedule(store, pod);
  });
  const enqueue = ({ metadata }: Pod): void => loop.enqueue(`${metadata.namespace}/${metadata.name}`);
  const unsubscribe = store.subscribe(({ resource, object, type }) => {
    if (resource === resources.pods && type === 'ADDED') enqueue(object as Pod);
    if (resource === resources.nodes) store.list(resources.pods).forEach(enqueue);
  });
  return () => {
    unsubscribe();
    loop.close();
  };
}

function schedule(store: Store, pod: Pod): void {
  const nodes = store.list(resources.nodes);
  const fitting = nodes.filter((node) => whyNot(pod, node) === undefined);
  const [best] = fitting.sort((a, b) => podsOn(store, a) - podsOn(store, b));
  if (best === undefined) {
    refuse(store, pod, nodes);
    return;
  }
  const nodeName = best.metadata.name;
  const bound = store.update(resources.pods, pod, (draft) => {
    draft.spec.nodeName = nodeName;
    const condition: Condition = { type: 'PodScheduled', status: 'True', lastProbeTime: null };
    draft.status.conditions = withCondition(draft.status.conditions, condition, store.now());
  });
  const message = `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${nodeName}`;
  recordEvent(store, { about: bound, reason: 'Scheduled', message, component });
}

function whyNot(pod: Pod, node: Node): string | undefined {
  if (!isTrue(node.status.conditions, 'Ready')) return 'node(s) had untolerated taint(s)';
  if (node.spec?.unschedulable) return 'node(s) were unschedulable';
  const wanted = Object.entries(pod.spec.nodeSelector ?? {});
  const fits = wanted.every(([key, value]) => node.metadata.labels?.[key] === value);
  return fits ? undefined : "node(s) didn't match Pod's node affinity/selector";
}

function podsOn(store: Store, node: Node): number {
  return store.list(resources.pods).filter(({ spec }) => spec.nodeName === node.metadata.name).length;
}

function refuse(store: Store, pod: Pod, nodes: readonly Node[]): void {
  const reasons = new Map<string, number>();
  for (const node of nodes) {
    const reason = whyNot(pod, node) ?? '';
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const list = [...reasons].map(([reason, count]) => `${count} ${reason}`).join(', ');
  const summary = `0/${nodes.length} nodes are available`;
  const message = `${summary}: ${list}. preemption: ${summary}: ${nodes.length} Preemption is not helpful for scheduling.`;
  const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message } as const;
  const marked = store.update(resources.pods, pod, (draft) => {
    draft.status.conditions = withCondition(
      draft.status.conditions,
      { ...condition, lastProbeTime: null },
      store.now(),
    );
  });
  recordEvent(store, { about: marked, reason: 'FailedScheduling', message, isWarning: true, component });
}
