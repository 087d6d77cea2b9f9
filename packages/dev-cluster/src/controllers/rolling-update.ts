import type { CountOrPercent, Deployment, ReplicaSet } from '../kinds/objects.ts';
import { resources } from '../kinds/resources.ts';
import { recordEvent } from '../store/events.ts';
import type { Store } from '../store/store.ts';

/** A ReplicaSet and how many pods it is to have. */
export interface Scaling {
  readonly replicaSet: ReplicaSet;
  readonly replicas: number;
}

/** How many pods more, and how many available pods less than wanted a rolling update may have. */
export function limitsOf(deployment: Deployment): { maxSurge: number; maxUnavailable: number } {
  const { replicas, strategy } = deployment.spec;
  if (strategy.type === 'Recreate') return { maxSurge: 0, maxUnavailable: replicas };
  const maxSurge = countOf(strategy.rollingUpdate?.maxSurge ?? '25%', replicas, Math.ceil);
  const maxUnavailable = countOf(strategy.rollingUpdate?.maxUnavailable ?? '25%', replicas, Math.floor);
  // With neither, nothing could ever move.
  return maxSurge === 0 && maxUnavailable === 0
    ? { maxSurge, maxUnavailable: 1 }
    : { maxSurge, maxUnavailable: Math.min(maxUnavailable, replicas) };
}

function countOf(value: CountOrPercent, replicas: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value;
  return round((Number.parseFloat(value) * replicas) / 100);
}

/** The sum of one count over some ReplicaSets. */
export function sumOf(
  replicaSets: readonly ReplicaSet[],
  field: 'replicas' | 'readyReplicas' | 'availableReplicas',
): number {
  return replicaSets.reduce((sum, { status }) => sum + (status[field] ?? 0), 0);
}

function wantedBy(replicaSets: readonly ReplicaSet[]): number {
  return replicaSets.reduce((sum, { spec }) => sum + spec.replicas, 0);
}

/** How many pods the newest ReplicaSet may have, when it has so many and all of the Deployment have a total. */
function replicasOfNew(deployment: Deployment, current: number, total: number): number {
  const { replicas, strategy } = deployment.spec;
  if (strategy.type === 'Recreate' || current > replicas) return replicas;
  const room = replicas + limitsOf(deployment).maxSurge - total;
  return current + Math.max(0, Math.min(room, replicas - current));
}

/** How many pods a ReplicaSet has from its making on. */
export function firstReplicas(deployment: Deployment, others: readonly ReplicaSet[]): number {
  return replicasOfNew(deployment, 0, wantedBy(others));
}

/**
 * What a rolling update does next: either the new ReplicaSet grows, or the old ones shrink
 * (Kubernetes 1.34, pkg/controller/deployment/rolling.go).
 */
export function stepsOfRollingUpdate(
  deployment: Deployment,
  current: ReplicaSet,
  old: readonly ReplicaSet[],
): readonly Scaling[] {
  const { replicas } = deployment.spec;
  const { maxUnavailable } = limitsOf(deployment);
  const total = wantedBy([current, ...old]);
  const grown = replicasOfNew(deployment, current.spec.replicas, total);
  if (grown !== current.spec.replicas) return [{ replicaSet: current, replicas: grown }];

  const minAvailable = replicas - maxUnavailable;
  const unavailableNew = current.spec.replicas - (current.status.availableReplicas ?? 0);
  const spare = total - minAvailable - unavailableNew;
  if (spare <= 0) return [];
  const unhealthyFirst = shrink(old, spare, unhealthyOf);
  const left = old.map(
    (replicaSet) => unhealthyFirst.find((step) => step.replicaSet === replicaSet)?.replicas ?? replicaSet.spec.replicas,
  );
  const available = sumOf([current, ...old], 'availableReplicas');
  const healthy = shrink(old, available - minAvailable, (replicaSet) => left[old.indexOf(replicaSet)] ?? 0);
  return merge(old, unhealthyFirst, healthy);
}

function unhealthyOf({ spec, status }: ReplicaSet): number {
  return Math.max(0, spec.replicas - (status.availableReplicas ?? 0));
}

/** Takes up to `budget` pods away, from each ReplicaSet at most so many as it can give. */
function shrink(old: readonly ReplicaSet[], budget: number, canGive: (replicaSet: ReplicaSet) => number): Scaling[] {
  let rest = budget;
  const steps: Scaling[] = [];
  for (const replicaSet of old) {
    const taken = Math.min(rest, canGive(replicaSet));
    if (taken <= 0) continue;
    steps.push({ replicaSet, replicas: replicaSet.spec.replicas - taken });
    rest -= taken;
  }
  return steps;
}

function merge(old: readonly ReplicaSet[], ...lists: readonly (readonly Scaling[])[]): Scaling[] {
  return old.flatMap((replicaSet) => {
    const taken = lists
      .flat()
      .filter((step) => step.replicaSet === replicaSet)
      .reduce((sum, step) => sum + replicaSet.spec.replicas - step.replicas, 0);
    return taken === 0 ? [] : [{ replicaSet, replicas: Math.max(0, replicaSet.spec.replicas - taken) }];
  });
}

/** Sets the number of pods of a ReplicaSet and tells it as the deployment controller does. */
export function scaleReplicaSet(store: Store, deployment: Deployment, replicaSet: ReplicaSet, replicas: number): void {
  const from = replicaSet.spec.replicas;
  if (from === replicas) return;
  store.update(resources.replicaSets, replicaSet, (draft) => {
    draft.spec.replicas = replicas;
  });
  tellScaling(store, deployment, replicaSet, from, replicas);
}

/** Tells of a change of a ReplicaSet's size as the deployment controller does. */
export function tellScaling(
  store: Store,
  deployment: Deployment,
  replicaSet: ReplicaSet,
  from: number,
  replicas: number,
): void {
  const direction = replicas > from ? 'up' : 'down';
  recordEvent(store, {
    about: deployment,
    reason: 'ScalingReplicaSet',
    message: `Scaled ${direction} replica set ${replicaSet.metadata.name} from ${from} to ${replicas}`,
    component: 'deployment-controller',
  });
}
