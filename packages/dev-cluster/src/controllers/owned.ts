import type { KubeObject, OwnerReference, Pod, ReplicaSet } from '../kinds/objects.ts';
import { resources } from '../kinds/resources.ts';
import type { Store } from '../store/store.ts';
import { isTrue } from './conditions.ts';

/** The reference by which an object says that a controller made it. */
export function controllerReference(owner: KubeObject): OwnerReference {
  const { apiVersion, kind, metadata } = owner;
  const { name, uid } = metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** The name of the controller of an object, if it is of a kind. */
export function controllerName(object: KubeObject, kind: string): string | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller && owner.kind === kind)?.name;
}

function isOwnedBy(object: KubeObject, owner: KubeObject): boolean {
  return object.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;
}

/** The ReplicaSets of a Deployment, oldest revision first. */
export function replicaSetsOf(store: Store, deployment: KubeObject): ReplicaSet[] {
  return store
    .list(resources.replicaSets, deployment.metadata.namespace)
    .filter((replicaSet) => isOwnedBy(replicaSet, deployment))
    .sort((a, b) => revisionOf(a) - revisionOf(b));
}

/** The pods of a ReplicaSet that have not ended. */
export function podsOf(store: Store, replicaSet: KubeObject): Pod[] {
  return store
    .list(resources.pods, replicaSet.metadata.namespace)
    .filter((pod) => isOwnedBy(pod, replicaSet) && pod.status.phase !== 'Failed' && pod.status.phase !== 'Succeeded');
}

/** The annotation that numbers the revisions of a Deployment. */
export const revisionAnnotation = 'deployment.kubernetes.io/revision';

/** The revision that an object carries, 0 without one. */
export function revisionOf(object: KubeObject): number {
  return Number(object.metadata.annotations?.[revisionAnnotation] ?? 0);
}

/** Whether a pod says that it is ready. */
export function isReady(pod: Pod): boolean {
  return isTrue(pod.status.conditions, 'Ready');
}
