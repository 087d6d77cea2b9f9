import { countAt, dig, type KubeObject, listAt, textAt } from '@harbor-pilot/cluster';
import { formatCount } from '@harbor-pilot/core';
import { imageUses } from '../manifests/pin-images.ts';

/** What a workload is expected to become. */
export interface Expectation {
  /** The generation that our change made; an older one is a picture from before it. */
  readonly generation: number;
  /** {@link imagesOf} our change. */
  readonly images: string;
  /** {@link deadlineStamp} from before our change: that missed deadline is not ours. */
  readonly oldDeadlineStamp: string | undefined;
}

/** How far a workload is. */
export interface Progress {
  /** `unseen` while the cluster still shows what was before the change. */
  readonly state: 'unseen' | 'progressing' | 'complete' | 'failed' | 'superseded';
  /** As a person says it: `1 of 2 new replicas available`. */
  readonly message: string;
}

const unseen = (message: string): Progress => ({ state: 'unseen', message });
const progressing = (message: string): Progress => ({ state: 'progressing', message });

/** What to expect of a workload that was just changed. */
export function expectationOf(changed: KubeObject, before: KubeObject | undefined): Expectation {
  return {
    generation: countAt(changed, 'metadata', 'generation'),
    images: imagesOf(changed),
    oldDeadlineStamp: deadlineStamp(before),
  };
}

/** The images of a workload as one text, to compare. */
export function imagesOf(workload: KubeObject): string {
  return imageUses(workload)
    .map(({ container, image }) => `${container}=${image}`)
    .join(' ');
}

/** When a Deployment missed its progress deadline, or undefined when it did not. */
export function deadlineStamp(deployment: KubeObject | undefined): string | undefined {
  const condition = conditionOf(deployment, 'Progressing');
  if (textAt(condition, 'reason') !== 'ProgressDeadlineExceeded') return undefined;
  return textAt(condition, 'lastUpdateTime') || 'unknown';
}

/** A condition in the status of an object, by its type. */
export function conditionOf(object: unknown, type: string): unknown {
  return listAt(object, 'status', 'conditions').find((condition) => textAt(condition, 'type') === type);
}

/**
 * How far a workload is. Success means what `kubectl rollout status` means by it: the controller has seen the change, all
 * replicas are of it and available, and none of an older one is left (Kubernetes 1.34, pkg/polymorphichelpers).
 */
export function progressOf(workload: KubeObject, expected: Expectation): Progress {
  const generation = countAt(workload, 'metadata', 'generation');
  if (generation < expected.generation) return unseen('waiting for the change to show');
  if (textAt(workload, 'metadata', 'deletionTimestamp') !== '' || imagesOf(workload) !== expected.images) {
    return { state: 'superseded', message: 'somebody else changed it meanwhile' };
  }
  if (countAt(workload, 'status', 'observedGeneration') < generation) {
    return unseen('waiting for the controller to see the change');
  }
  switch (textAt(workload, 'kind')) {
    case 'StatefulSet':
      return statefulSetProgress(workload);
    case 'DaemonSet':
      return daemonSetProgress(workload);
    default:
      return deploymentProgress(workload, expected);
  }
}

function deploymentProgress(deployment: KubeObject, expected: Expectation): Progress {
  const stamp = deadlineStamp(deployment);
  if (stamp !== undefined && stamp !== expected.oldDeadlineStamp) {
    const message = textAt(conditionOf(deployment, 'Progressing'), 'message');
    return { state: 'failed', message: `ProgressDeadlineExceeded: ${message || 'no progress within its deadline'}` };
  }
  if (dig(deployment, 'spec', 'paused') === true) return { state: 'failed', message: 'it is paused' };
  const wanted = wantedReplicas(deployment);
  const replicas = countAt(deployment, 'status', 'replicas');
  const updated = countAt(deployment, 'status', 'updatedReplicas');
  const available = countAt(deployment, 'status', 'availableReplicas');
  if (updated < wanted) return progressing(`${updated} of ${wanted} new replicas started`);
  const old = replicas - updated;
  if (old > 0) return progressing(`${formatCount(old, 'old replica')} still there`);
  if (available < updated) return progressing(`${available} of ${updated} new replicas available`);
  return completeWith(available);
}

function statefulSetProgress(set: KubeObject): Progress {
  if (textAt(set, 'spec', 'updateStrategy', 'type') === 'OnDelete') return onDelete;
  const wanted = wantedReplicas(set);
  const partition = countAt(set, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  const updated = countAt(set, 'status', 'updatedReplicas');
  const ready = countAt(set, 'status', 'readyReplicas');
  const toUpdate = Math.max(0, wanted - partition);
  const allUpdated = textAt(set, 'status', 'currentRevision') === textAt(set, 'status', 'updateRevision');
  // Once all pods are of one revision, updatedReplicas may be left out.
  if (updated < toUpdate && !allUpdated) return progressing(`${updated} of ${toUpdate} replicas updated`);
  if (ready < wanted) return progressing(`${ready} of ${wanted} replicas ready`);
  return partition > 0 || allUpdated ? completeWith(ready) : progressing('waiting for the last replica');
}

function daemonSetProgress(set: KubeObject): Progress {
  if (textAt(set, 'spec', 'updateStrategy', 'type') === 'OnDelete') return onDelete;
  const wanted = countAt(set, 'status', 'desiredNumberScheduled');
  const updated = countAt(set, 'status', 'updatedNumberScheduled');
  const available = countAt(set, 'status', 'numberAvailable');
  if (updated < wanted) return progressing(`${updated} of ${wanted} nodes updated`);
  if (available < wanted) return progressing(`${available} of ${wanted} nodes available`);
  return completeWith(available);
}

const onDelete: Progress = {
  state: 'complete',
  message: 'applied; its strategy OnDelete updates pods when they are deleted',
};

function completeWith(replicas: number): Progress {
  if (replicas === 0) return { state: 'complete', message: 'complete, with no replicas wanted' };
  return { state: 'complete', message: `complete, ${replicas} of ${replicas} replicas available` };
}

/** `spec.replicas`, 1 when it is left out. */
export function wantedReplicas(workload: KubeObject): number {
  const replicas = dig(workload, 'spec', 'replicas');
  return typeof replicas === 'number' ? replicas : 1;
}
