import type { Namespace } from '../kinds/objects.ts';
import { allResources, resources } from '../kinds/resources.ts';
import { deleteObject } from '../store/delete.ts';
import type { Store } from '../store/store.ts';
import { startLoop } from './loop.ts';

/** Starts what gives each namespace its default service account, and empties a namespace that is deleted. */
export function startNamespaceController(store: Store): () => void {
  const loop = startLoop((name) => {
    const namespace = store.get(resources.namespaces, undefined, name);
    if (namespace?.metadata.deletionTimestamp !== undefined) empty(store, namespace);
  });
  const unsubscribe = store.subscribe(({ resource, object, type }) => {
    if (resource === resources.namespaces && type === 'ADDED') ensureAccount(store, object.metadata.name);
    if (resource === resources.namespaces) loop.enqueue(object.metadata.name);
    else if (type === 'DELETED' && object.metadata.namespace !== undefined) loop.enqueue(object.metadata.namespace);
    if (resource === resources.serviceAccounts && type === 'DELETED') ensureAccount(store, object.metadata.namespace);
  });
  return () => {
    unsubscribe();
    loop.close();
  };
}

function ensureAccount(store: Store, namespace: string | undefined): void {
  const found = store.get(resources.namespaces, undefined, namespace ?? '');
  if (namespace === undefined || found === undefined || found.metadata.deletionTimestamp !== undefined) return;
  if (store.get(resources.serviceAccounts, namespace, 'default') !== undefined) return;
  store.create(resources.serviceAccounts, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace },
  });
}

function empty(store: Store, namespace: Namespace): void {
  const { name } = namespace.metadata;
  const inside = allResources.filter(({ isNamespaced }) => isNamespaced);
  for (const resource of inside) {
    for (const object of store.list(resource, name)) {
      if (object.metadata.deletionTimestamp === undefined) deleteObject(store, resource, object);
    }
  }
  if (inside.every((resource) => store.list(resource, name).length === 0))
    store.remove(resources.namespaces, namespace);
}
