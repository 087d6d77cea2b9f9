import type { Deployment, ReplicaSet } from '../kinds/objects.ts';
import { resources } from '../kinds/resources.ts';
import { deleteObject } from '../store/delete.ts';
import type { Store } from '../store/store.ts';
import { nextDeploymentStatus } from './deployment-status.ts';
import { startLoop } from './loop.ts';
import { controllerName, podsOf, replicaSetsOf } from './owned.ts';
import { ensureReplicaSet, findReplicaSet } from './revisions.ts';
import { type Scaling, scaleReplicaSet, stepsOfRollingUpdate, sumOf } from './rolling-update.ts';

/** Starts the controller that rolls Deployments out. @returns a function that ends it. */
export function startDeploymentController(store: Store): () => void {
  const loop = startLoop((key) => {
    const [namespace, name = ''] = key.split('/');
    const deployment = store.get(resources.deployments, namespace, name);
    if (deployment === undefined) return;
    if (deployment.metadata.deletionTimestamp === undefined) rollOut(store, deployment);
    const waitMilliseconds = writeStatus(store, deployment);
    if (waitMilliseconds !== undefined) loop.enqueueAfter(key, waitMilliseconds);
  });
  // A Recreate rollout goes on when the last old pod has gone.
  const enqueueOwnerOfPod = (namespace: string | undefined, replicaSetName: string | undefined): void => {
    const replicaSet = store.get(resources.replicaSets, namespace, replicaSetName ?? '');
    const owner = replicaSet === undefined ? undefined : controllerName(replicaSet, 'Deployment');
    if (owner !== undefined) loop.enqueue(`${namespace}/${owner}`);
  };
  const unsubscribe = store.subscribe(({ resource, object }) => {
    const { namespace } = object.metadata;
    if (resource === resources.deployments) loop.enqueue(`${namespace}/${object.metadata.name}`);
    const owner = resource === resources.replicaSets ? controllerName(object, 'Deployment') : undefined;
    if (owner !== undefined) loop.enqueue(`${namespace}/${owner}`);
    if (resource === resources.pods) enqueueOwnerOfPod(object.metadata.namespace, controllerName(object, 'ReplicaSet'));
  });
  return () => {
    unsubscribe();
    loop.close();
  };
}

function rollOut(store: Store, deployment: Deployment): void {
  const all = replicaSetsOf(store, deployment);
  if (deployment.spec.paused) {
    scalePaused(store, deployment, all);
    return;
  }
  if (deployment.spec.strategy.type === 'Recreate') {
    if (!recreate(store, deployment, all)) return;
  } else {
    const current = ensureReplicaSet(store, deployment, all);
    const old = all.filter(({ metadata }) => metadata.uid !== current.metadata.uid);
    apply(store, deployment, stepsOfRollingUpdate(deployment, current, old));
  }
  forgetOldRevisions(store, deployment);
}

/** While a Deployment is paused, only its newest ReplicaSet follows its number of replicas. */
function scalePaused(store: Store, deployment: Deployment, all: readonly ReplicaSet[]): void {
  const active = all.filter(({ spec }) => spec.replicas > 0);
  const [only] = active;
  if (active.length === 1 && only !== undefined) scaleReplicaSet(store, deployment, only, deployment.spec.replicas);
}

/** @returns whether the old pods have gone. */
function recreate(store: Store, deployment: Deployment, all: readonly ReplicaSet[]): boolean {
  const known = findReplicaSet(deployment, all);
  const old = all.filter((replicaSet) => replicaSet !== known);
  const active = old.filter(({ spec }) => spec.replicas > 0);
  for (const replicaSet of active) scaleReplicaSet(store, deployment, replicaSet, 0);
  if (active.length > 0 || old.some((replicaSet) => podsOf(store, replicaSet).length > 0)) return false;
  const current = ensureReplicaSet(store, deployment, all);
  scaleReplicaSet(store, deployment, current, deployment.spec.replicas);
  return true;
}

function apply(store: Store, deployment: Deployment, steps: readonly Scaling[]): void {
  for (const { replicaSet, replicas } of steps) scaleReplicaSet(store, deployment, replicaSet, replicas);
}

function forgetOldRevisions(store: Store, deployment: Deployment): void {
  const all = replicaSetsOf(store, deployment);
  const current = findReplicaSet(deployment, all);
  const isOver = current !== undefined && sumOf([current], 'availableReplicas') >= deployment.spec.replicas;
  if (!isOver) return;
  const old = all.filter(
    ({ metadata, spec, status }) =>
      metadata.uid !== current.metadata.uid && spec.replicas === 0 && status.replicas === 0,
  );
  const surplus = old.length - deployment.spec.revisionHistoryLimit;
  for (const replicaSet of old.slice(0, Math.max(0, surplus))) deleteObject(store, resources.replicaSets, replicaSet);
}

/** @returns in how many milliseconds the progress deadline passes, if it is waited for. */
function writeStatus(store: Store, { metadata }: Deployment): number | undefined {
  const deployment = store.get(resources.deployments, metadata.namespace, metadata.name);
  if (deployment === undefined) return undefined;
  const all = replicaSetsOf(store, deployment);
  const { status, deadlineAt } = nextDeploymentStatus(deployment, all, findReplicaSet(deployment, all), store.now());
  store.update(resources.deployments, deployment, (draft) => {
    draft.status = status;
  });
  // Objects have times in whole seconds: one more makes sure that the deadline has passed then.
  return deadlineAt === undefined ? undefined : Math.max(50, deadlineAt - Date.parse(store.now()) + 1000);
}
