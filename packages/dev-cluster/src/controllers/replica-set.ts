import type { Condition, Pod, ReplicaSet } from '../kinds/objects.ts';
import { resources } from '../kinds/resources.ts';
import { createChecked, randomSuffix } from '../store/admission.ts';
import { ApiError } from '../store/api-error.ts';
import { deleteObject } from '../store/delete.ts';
import { recordEvent } from '../store/events.ts';
import type { Store } from '../store/store.ts';
import { findCondition, withCondition } from './conditions.ts';
import { type Loop, startLoop } from './loop.ts';
import { controllerName, controllerReference, isReady, podsOf } from './owned.ts';

const component = 'replicaset-controller';
/** After a refusal to create a pod. */
const retryMilliseconds = 500;

/** Starts the controller that keeps the number of pods of each ReplicaSet. @returns a function that ends it. */
export function startReplicaSetController(store: Store): () => void {
  const loop = startLoop((key) => {
    const [namespace, name = ''] = key.split('/');
    const replicaSet = store.get(resources.replicaSets, namespace, name);
    if (replicaSet !== undefined) reconcile(store, replicaSet, loop);
  });
  const unsubscribe = store.subscribe(({ resource, object }) => {
    const name = resource === resources.pods ? controllerName(object, 'ReplicaSet') : object.metadata.name;
    const isMeant = resource === resources.replicaSets || resource === resources.pods;
    if (isMeant && name !== undefined) loop.enqueue(`${object.metadata.namespace}/${name}`);
  });
  return () => {
    unsubscribe();
    loop.close();
  };
}

function reconcile(store: Store, replicaSet: ReplicaSet, loop: Loop): void {
  const key = `${replicaSet.metadata.namespace}/${replicaSet.metadata.name}`;
  let failure: ApiError | undefined;
  if (replicaSet.metadata.deletionTimestamp === undefined) {
    failure = scale(store, replicaSet);
    if (failure !== undefined) loop.enqueueAfter(key, retryMilliseconds);
  }
  const nextAvailableMilliseconds = writeStatus(store, replicaSet, failure);
  if (nextAvailableMilliseconds !== undefined) loop.enqueueAfter(key, nextAvailableMilliseconds);
}

/** Makes or deletes pods. @returns why no pod could be made. */
function scale(store: Store, replicaSet: ReplicaSet): ApiError | undefined {
  const pods = podsOf(store, replicaSet).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const missing = replicaSet.spec.replicas - pods.length;
  try {
    for (let made = 0; made < missing; made += 1) createPod(store, replicaSet);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const message = `Error creating: ${error.message}`;
    recordEvent(store, { about: replicaSet, reason: 'FailedCreate', message, isWarning: true, component });
    return error;
  }
  for (const pod of pods.sort(leastUsefulFirst).slice(0, Math.max(0, -missing))) {
    deleteObject(store, resources.pods, pod);
    const message = `Deleted pod: ${pod.metadata.name}`;
    recordEvent(store, { about: replicaSet, reason: 'SuccessfulDelete', message, component });
  }
  return undefined;
}

function createPod(store: Store, replicaSet: ReplicaSet): void {
  const { template } = replicaSet.spec;
  const { name, namespace = '' } = replicaSet.metadata;
  const pod = createChecked<Pod>(store, resources.pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...structuredClone(template.metadata),
      generateName: `${name}-`,
      name: `${name}-${randomSuffix()}`,
      namespace,
      ownerReferences: [controllerReference(replicaSet)],
    },
    spec: structuredClone(template.spec),
    status: { phase: 'Pending', qosClass: 'BestEffort' },
  });
  const message = `Created pod: ${pod.metadata.name}`;
  recordEvent(store, { about: replicaSet, reason: 'SuccessfulCreate', message, component });
}

function leastUsefulFirst(a: Pod, b: Pod): number {
  const usefulness = (pod: Pod): number =>
    (pod.spec.nodeName === undefined ? 0 : 1) + (pod.status.phase === 'Running' ? 2 : 0) + (isReady(pod) ? 4 : 0);
  const age = Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp);
  return usefulness(a) - usefulness(b) || -age;
}

/** @returns in how many milliseconds a pod will have been ready for long enough, if one is waited for. */
function writeStatus(store: Store, replicaSet: ReplicaSet, failure: ApiError | undefined): number | undefined {
  const pods = podsOf(store, replicaSet).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const ready = pods.filter(isReady);
  const now = store.now();
  const minReadyMilliseconds = (replicaSet.spec.minReadySeconds ?? 0) * 1000;
  const waits = ready.map((pod) => readySince(pod) + minReadyMilliseconds - Date.parse(now)).filter((wait) => wait > 0);
  const current = store.get(resources.replicaSets, replicaSet.metadata.namespace, replicaSet.metadata.name);
  if (current === undefined) return undefined;
  const conditions = failureConditions(current, failure, now);
  store.update(resources.replicaSets, current, (draft) => {
    draft.status = {
      replicas: pods.length,
      ...(pods.length === 0 ? {} : { fullyLabeledReplicas: pods.length }),
      ...(ready.length === 0 ? {} : { readyReplicas: ready.length }),
      ...(ready.length === waits.length ? {} : { availableReplicas: ready.length - waits.length }),
      observedGeneration: current.metadata.generation ?? 1,
      ...(conditions.length === 0 ? {} : { conditions }),
    };
  });
  return waits.length === 0 ? undefined : Math.min(...waits);
}

function readySince(pod: Pod): number {
  return Date.parse(
    findCondition(pod.status.conditions, 'Ready')?.lastTransitionTime ?? pod.metadata.creationTimestamp,
  );
}

function failureConditions(replicaSet: ReplicaSet, failure: ApiError | undefined, now: string): Condition[] {
  const others = (replicaSet.status.conditions ?? []).filter(({ type }) => type !== 'ReplicaFailure');
  if (failure === undefined) return others;
  const condition: Condition = {
    type: 'ReplicaFailure',
    status: 'True',
    reason: 'FailedCreate',
    message: failure.message,
  };
  return withCondition(replicaSet.status.conditions, condition, now);
}
