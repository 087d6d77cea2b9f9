import type { KubeObject, ObjectReference } from '../kinds/objects.ts';
import { resources } from '../kinds/resources.ts';
import type { Store } from './store.ts';

/** What happened, as a controller or a node tells it. */
export interface Happening {
  readonly about: KubeObject;
  readonly reason: string;
  readonly message: string;
  readonly isWarning?: boolean;
  /** Part of the object that is meant, `spec.containers{app}`. */
  readonly fieldPath?: string;
  /** `kubelet`, `deployment-controller`… */
  readonly component: string;
  /** The node that tells it. */
  readonly host?: string;
}

/** Writes an Event, or counts up the one that says the same. */
export function recordEvent(store: Store, happening: Happening): void {
  const { about, reason, message, component, host } = happening;
  const namespace = about.metadata.namespace ?? 'default';
  const involvedObject = referenceTo(about, happening.fieldPath);
  const type = happening.isWarning ? 'Warning' : 'Normal';
  const same = store
    .list(resources.events, namespace)
    .find(
      (event) =>
        event.involvedObject.uid === about.metadata.uid && event.reason === reason && event.message === message,
    );
  const now = store.now();
  if (same !== undefined) {
    store.update(resources.events, same, (draft) => {
      draft.count += 1;
      draft.lastTimestamp = now;
    });
    return;
  }
  const number = (store.revision + 1).toString(16).padStart(16, '0');
  store.create(resources.events, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${about.metadata.name}.${number}`, namespace },
    involvedObject,
    reason,
    message,
    type,
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
    source: { component, ...(host === undefined ? {} : { host }) },
    reportingComponent: component,
    reportingInstance: host ?? '',
  });
}

function referenceTo(object: KubeObject, fieldPath: string | undefined): ObjectReference {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    uid,
    resourceVersion,
    ...(fieldPath === undefined ? {} : { fieldPath }),
  };
}
