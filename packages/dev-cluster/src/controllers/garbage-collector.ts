import type { Resource } from '../kinds/resource.ts';
import { resources } from '../kinds/resources.ts';
import { deleteObject, dependentsOf } from '../store/delete.ts';
import type { Change, Store } from '../store/store.ts';
import { startLoop } from './loop.ts';

/** Starts what deletes objects whose owner has gone, and fulfils the deletion finalizers. @returns a function that ends it. */
export function startGarbageCollector(store: Store): () => void {
  const owners = new Map<string, Change>();
  const loop = startLoop((uid) => {
    const change = owners.get(uid);
    owners.delete(uid);
    if (change?.type === 'DELETED') deleteDependents(store, uid);
    else if (change !== undefined) finalize(store, change);
  });
  const unsubscribe = store.subscribe((change) => {
    const { metadata } = change.object;
    const isMarked = metadata.deletionTimestamp !== undefined && metadata.finalizers !== undefined;
    if (change.type === 'DELETED' || isMarked) {
      owners.set(metadata.uid, change);
      loop.enqueue(metadata.uid);
    }
    // The last dependent of an owner that waits in the foreground may have gone.
    for (const { uid } of change.type === 'DELETED' ? (metadata.ownerReferences ?? []) : []) {
      const waiting = findWaiting(store, uid);
      if (waiting !== undefined) owners.set(uid, waiting);
      loop.enqueue(uid);
    }
  });
  return () => {
    unsubscribe();
    loop.close();
  };
}

function findWaiting(store: Store, uid: string): Change | undefined {
  const owners: readonly Resource[] = [resources.deployments, resources.replicaSets];
  for (const resource of owners) {
    const object = store.list(resource).find(({ metadata }) => metadata.uid === uid);
    if (object?.metadata.deletionTimestamp !== undefined) {
      return { type: 'MODIFIED', revision: store.revision, resource, object };
    }
  }
  return undefined;
}

function deleteDependents(store: Store, uid: string): void {
  for (const { resource, object } of dependentsOf(store, uid)) {
    if (object.metadata.deletionTimestamp === undefined) deleteObject(store, resource, object);
  }
}

function finalize(store: Store, { resource, object }: Change): void {
  const { uid, namespace, name } = object.metadata;
  const current = store.get(resource, namespace, name);
  if (current?.metadata.uid !== uid) return;
  const finalizers = current.metadata.finalizers ?? [];
  if (finalizers.includes('orphan')) {
    for (const dependent of dependentsOf(store, uid)) {
      store.update(dependent.resource, dependent.object, ({ metadata }) => {
        metadata.ownerReferences = (metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
      });
    }
  }
  const isForeground = finalizers.includes('foregroundDeletion');
  if (isForeground) deleteForeground(store, uid);
  if (isForeground && dependentsOf(store, uid).length > 0) return;
  store.update(resource, current, ({ metadata }) => {
    metadata.finalizers = finalizers.filter((each) => each !== 'orphan' && each !== 'foregroundDeletion');
  });
}

function deleteForeground(store: Store, uid: string): void {
  for (const { resource, object } of dependentsOf(store, uid)) {
    if (object.metadata.deletionTimestamp === undefined) {
      deleteObject(store, resource, object, { propagation: resource === resources.pods ? 'Background' : 'Foreground' });
    }
  }
}
