import type { KubeObject } from '../kinds/objects.ts';
import type { Resource } from '../kinds/resource.ts';
import { allResources } from '../kinds/resources.ts';
import type { Store } from './store.ts';

/** What becomes of the objects that an object owns. */
export type Propagation = 'Background' | 'Foreground' | 'Orphan';

/** How an object is deleted. */
export interface DeleteOptions {
  readonly propagation?: Propagation;
  /** 0 removes at once what would be removed in two moves. */
  readonly gracePeriodSeconds?: number;
}

const finalizers: Readonly<Record<Propagation, string | undefined>> = {
  Background: undefined,
  Foreground: 'foregroundDeletion',
  Orphan: 'orphan',
};

/**
 * Deletes an object: removes it, or marks it when a finalizer or a graceful end comes first.
 * @returns the object as it is afterwards, and whether it is gone.
 */
export function deleteObject(
  store: Store,
  resource: Resource,
  object: KubeObject,
  options: DeleteOptions = {},
): { object: KubeObject; isGone: boolean } {
  const gracePeriodSeconds = options.gracePeriodSeconds ?? defaultGrace(object);
  const waits = resource.isDeletedGracefully && gracePeriodSeconds > 0;
  const finalizer = finalizers[options.propagation ?? 'Background'];
  const held = new Set([...(object.metadata.finalizers ?? []), ...(finalizer === undefined ? [] : [finalizer])]);
  if (!waits && held.size === 0) return { object: store.remove(resource, object), isGone: true };
  const marked = store.update(resource, object, (draft) => {
    draft.metadata.deletionTimestamp ??= store.now();
    if (waits && resource.kind === 'Pod') draft.metadata.deletionGracePeriodSeconds = gracePeriodSeconds;
    if (held.size > 0) draft.metadata.finalizers = [...held];
    if (resource.kind === 'Namespace') draft.status = { phase: 'Terminating' };
  });
  return { object: marked, isGone: false };
}

function defaultGrace(object: KubeObject): number {
  const spec: { terminationGracePeriodSeconds?: number; nodeName?: string } = object.spec ?? {};
  // Nobody would ever end a pod that no node has.
  if (object.kind === 'Pod' && spec.nodeName === undefined) return 0;
  return spec.terminationGracePeriodSeconds ?? 30;
}

/** All objects that name an owner, with their resource. */
export function dependentsOf(store: Store, ownerUid: string): { resource: Resource; object: KubeObject }[] {
  return allResources.flatMap((resource) =>
    store
      .list(resource)
      .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === ownerUid))
      .map((object) => ({ resource, object })),
  );
}
