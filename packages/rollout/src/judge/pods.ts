import { controllerOf, type KubeObject, resources, revisionOf, textAt, uidOf } from '@harbor-pilot/cluster';
import { imageUses } from '../manifests/pin-images.ts';
import type { View } from '../watch/view.ts';

/** The ReplicaSet of a Deployment's current revision, or undefined while there is none. */
export function currentReplicaSet(view: View, deployment: KubeObject): KubeObject | undefined {
  const revision = revisionOf(deployment);
  if (revision === undefined) return undefined;
  return replicaSetsOf(view, deployment).find((replicaSet) => revisionOf(replicaSet) === revision);
}

/** All ReplicaSets of a Deployment. */
export function replicaSetsOf(view: View, deployment: KubeObject): readonly KubeObject[] {
  return view
    .objects(resources.replicaSets, textAt(deployment, 'metadata', 'namespace'))
    .filter((replicaSet) => controllerOf(replicaSet) === uidOf(deployment));
}

/** The pods of a workload's current template; those of older ones do not count for or against a rollout. */
export function currentPods(view: View, workload: KubeObject): readonly KubeObject[] {
  const pods = view.objects(resources.pods, textAt(workload, 'metadata', 'namespace'));
  if (textAt(workload, 'kind') === 'Deployment') {
    const replicaSet = currentReplicaSet(view, workload);
    return replicaSet === undefined ? [] : pods.filter((pod) => controllerOf(pod) === uidOf(replicaSet));
  }
  const wanted = imageUses(workload);
  return pods.filter((pod) => {
    // A service mesh adds containers to pods that the workload does not know of.
    const uses = imageUses({ kind: 'Pod', spec: pod.spec });
    const hasAll = wanted.every(({ container, image }) =>
      uses.some((use) => use.container === container && use.image === image),
    );
    return hasAll && controllerOf(pod) === uidOf(workload);
  });
}
