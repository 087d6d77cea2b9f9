import type { Condition, Deployment, DeploymentStatus, ReplicaSet } from '../kinds/objects.ts';
import { findCondition, withConditionLast } from './conditions.ts';
import { limitsOf, sumOf } from './rolling-update.ts';

/** A status, and when its progress deadline passes (milliseconds since 1970) while that is waited for. */
export interface NextStatus {
  readonly status: DeploymentStatus;
  readonly deadlineAt?: number;
}

type Counts = Required<
  Pick<DeploymentStatus, 'replicas' | 'updatedReplicas' | 'readyReplicas' | 'availableReplicas' | 'unavailableReplicas'>
>;

/** The status of a Deployment from its ReplicaSets (Kubernetes 1.34, pkg/controller/deployment/{sync,progress}.go). */
export function nextDeploymentStatus(
  deployment: Deployment,
  all: readonly ReplicaSet[],
  current: ReplicaSet | undefined,
  now: string,
): NextStatus {
  const counts = countPods(all, current);
  const available = availability(deployment, counts);
  const progress = progressOf(deployment, counts, current, now);
  let conditions = withConditionLast(deployment.status.conditions, { ...available, lastUpdateTime: now }, now);
  const oldAvailable = findCondition(deployment.status.conditions, 'Available');
  if (oldAvailable?.status === available.status) conditions = [...(deployment.status.conditions ?? [])];
  if (progress !== undefined) conditions = withConditionLast(conditions, progress, now);
  conditions = withFailureOf(current, conditions, now);
  const status: DeploymentStatus = {
    observedGeneration: deployment.metadata.generation ?? 1,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    conditions,
  };
  const condition = findCondition(conditions, 'Progressing');
  const isWaiting =
    condition?.status === 'True' && condition.reason !== 'NewReplicaSetAvailable' && !deployment.spec.paused;
  return isWaiting ? { status, deadlineAt: deadlineOf(deployment, condition) } : { status };
}

function countPods(all: readonly ReplicaSet[], current: ReplicaSet | undefined): Counts {
  const replicas = sumOf(all, 'replicas');
  const availableReplicas = sumOf(all, 'availableReplicas');
  const wanted = all.reduce((sum, { spec }) => sum + spec.replicas, 0);
  return {
    replicas,
    updatedReplicas: current?.status.replicas ?? 0,
    readyReplicas: sumOf(all, 'readyReplicas'),
    availableReplicas,
    unavailableReplicas: Math.max(0, wanted - availableReplicas),
  };
}

function availability(deployment: Deployment, counts: Counts): Condition {
  const isAvailable = counts.availableReplicas >= deployment.spec.replicas - limitsOf(deployment).maxUnavailable;
  return isAvailable
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

/** @returns the new condition, or undefined when the old one stays as it is. */
function progressOf(
  deployment: Deployment,
  counts: Counts,
  current: ReplicaSet | undefined,
  now: string,
): Condition | undefined {
  const old = findCondition(deployment.status.conditions, 'Progressing');
  const name = current?.metadata.name ?? deployment.metadata.name;
  const condition = (status: Condition['status'], reason: string, message: string): Condition => ({
    type: 'Progressing',
    status,
    reason,
    message,
    lastUpdateTime: now,
  });
  if (deployment.spec.paused) {
    if (old?.reason === 'DeploymentPaused') return undefined;
    return condition('Unknown', 'DeploymentPaused', 'Deployment is paused');
  }
  if (old?.reason === 'DeploymentPaused') return condition('Unknown', 'DeploymentResumed', 'Deployment is resumed');
  if (old?.reason === 'NewReplicaSetAvailable' && counts.replicas === counts.updatedReplicas) return undefined;
  if (isComplete(deployment, counts)) {
    return condition('True', 'NewReplicaSetAvailable', `ReplicaSet "${name}" has successfully progressed.`);
  }
  if (hasProgressed(deployment.status, counts)) {
    return condition('True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`);
  }
  if (old === undefined || old.reason === 'ProgressDeadlineExceeded') return undefined;
  if (old.reason === 'NewReplicaSetAvailable' || deadlineOf(deployment, old) >= Date.parse(now)) return undefined;
  return condition('False', 'ProgressDeadlineExceeded', `ReplicaSet "${name}" has timed out progressing.`);
}

function isComplete(deployment: Deployment, counts: Counts): boolean {
  const { replicas } = deployment.spec;
  return counts.updatedReplicas === replicas && counts.replicas === replicas && counts.availableReplicas === replicas;
}

function hasProgressed(old: DeploymentStatus, counts: Counts): boolean {
  const oldLeft = (old.replicas ?? 0) - (old.updatedReplicas ?? 0);
  return (
    counts.updatedReplicas > (old.updatedReplicas ?? 0) ||
    counts.replicas - counts.updatedReplicas < oldLeft ||
    counts.readyReplicas > (old.readyReplicas ?? 0) ||
    counts.availableReplicas > (old.availableReplicas ?? 0)
  );
}

function deadlineOf(deployment: Deployment, condition: Condition): number {
  return Date.parse(condition.lastUpdateTime ?? '') + deployment.spec.progressDeadlineSeconds * 1000;
}

function withFailureOf(current: ReplicaSet | undefined, conditions: Condition[], now: string): Condition[] {
  const failure = findCondition(current?.status.conditions, 'ReplicaFailure');
  const others = conditions.filter(({ type }) => type !== 'ReplicaFailure');
  if (failure === undefined) return others;
  const old = findCondition(conditions, 'ReplicaFailure');
  return [...others, { ...failure, lastUpdateTime: old?.lastUpdateTime ?? now }];
}
