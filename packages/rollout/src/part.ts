import { countAt, type KubeObject, revisionOf } from '@harbor-pilot/cluster';
import type { RolloutPart } from '@harbor-pilot/step-kit';
import type { Changed } from './change/undo.ts';
import { wantedReplicas } from './judge/workload-progress.ts';
import type { Session } from './session.ts';
import type { View } from './watch/view.ts';

/** What the rollout did so far, for the record. */
export function partOf(
  session: Session,
  view: View,
  changed: readonly Changed[],
  outcome: RolloutPart['outcome'],
  reasons: readonly string[],
): RolloutPart {
  return {
    outcome,
    namespace: session.options.namespace,
    workloads: changed.map((one) => workloadOf(view, one)),
    reasons,
    timeline: session.timeline.entries(),
    durationSeconds: session.timeline.seconds(),
  };
}

function workloadOf(view: View, { change }: Changed): RolloutPart['workloads'][number] {
  const { resource, namespace, name } = change.place;
  const live = view.find(resource, namespace ?? '', name);
  const revisionBefore = revisionOf(change.before);
  const revision = revisionOf(live);
  return {
    kind: resource.kind,
    name,
    ...(revisionBefore === undefined ? {} : { revisionBefore }),
    ...(revision === undefined ? {} : { revision }),
    readyReplicas: countAt(live, 'status', 'readyReplicas') || countAt(live, 'status', 'numberReady'),
    replicas: live === undefined ? 0 : replicasOf(live, resource.kind),
  };
}

function replicasOf(live: KubeObject, kind: string): number {
  return kind === 'DaemonSet' ? countAt(live, 'status', 'desiredNumberScheduled') : wantedReplicas(live);
}
