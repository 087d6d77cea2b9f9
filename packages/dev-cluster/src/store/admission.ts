import { randomInt } from 'node:crypto';
import { dropEmptyMaps } from '../kinds/defaults.ts';
import type { KubeObject, Pod } from '../kinds/objects.ts';
import { apiVersionOf, type Resource } from '../kinds/resource.ts';
import { resources } from '../kinds/resources.ts';
import { findMismatch, metadataShape } from '../kinds/shape.ts';
import { checkName } from '../kinds/validation.ts';
import { badRequest, forbidden, invalidObject, notFound, undecodable } from './api-error.ts';
import type { Draft, Store } from './store.ts';

/** Letters and digits without vowels, as Kubernetes draws them (k8s.io/apimachinery, util/rand). */
const nameCharacters = 'bcdfghjklmnpqrstvwxz2456789';

/** Five characters that make a name unique. */
export function randomSuffix(): string {
  return Array.from({ length: 5 }, () => nameCharacters[randomInt(nameCharacters.length)]).join('');
}

/** The same characters for a number, so that a hash can be a part of a name. */
export function encodeSafely(text: string): string {
  return [...text].map((character) => nameCharacters[character.charCodeAt(0) % nameCharacters.length]).join('');
}

/** Adds an object after filling in its defaults and checking it, as the API server does for everybody. */
export function createChecked<T extends KubeObject>(
  store: Store,
  resource: Resource<T>,
  draft: Draft<T>,
  isDryRun = false,
): T {
  const object = structuredClone(draft) as T;
  if (!object.metadata.name && object.metadata.generateName) {
    object.metadata.name = object.metadata.generateName + randomSuffix();
  }
  checkShape(resource, object);
  checkNamespace(store, resource, object);
  if (object.metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created');
  delete object.metadata.deletionTimestamp;
  // A node says what it is when it registers itself; of all others only the cluster tells the status.
  if (resource.hasStatus && resource.kind !== 'Node') delete object.status;
  prepare(resource, object);
  const problems = [...checkName(object), ...resource.check(object)];
  if (problems.length > 0) throw invalidObject(resource, object, problems);
  if (object.kind === 'Pod') useServiceAccount(store, object as KubeObject as Pod);
  return store.create(resource, object, isDryRun);
}

/** Replaces an object after the same care; what a client may not change is kept. */
export function replaceChecked<T extends KubeObject>(
  store: Store,
  resource: Resource<T>,
  current: T,
  replacement: T,
  isDryRun = false,
): T {
  const object = structuredClone(replacement);
  checkShape(resource, object);
  keepSystemFields(object, current);
  if (resource.hasStatus && current.status !== undefined) object.status = current.status;
  prepare(resource, object);
  const problems = resource.check(object, current);
  if (problems.length > 0) throw invalidObject(resource, object, problems);
  return store.update(
    resource,
    current,
    (draft) => {
      for (const field of Object.keys(draft)) if (!(field in object)) delete draft[field as keyof T];
      Object.assign(draft, object);
    },
    isDryRun,
  );
}

function prepare<T extends KubeObject>(resource: Resource<T>, object: T): void {
  dropEmptyMaps(object.metadata);
  resource.setDefaults(object);
}

/** The first field of an object whose type is not that of the resource. */
export function findTypeMismatch(resource: Resource, object: KubeObject): string | undefined {
  return findMismatch(object, { metadata: metadataShape, ...resource.shape });
}

function checkShape(resource: Resource, object: KubeObject): void {
  const mismatch = findTypeMismatch(resource, object);
  if (mismatch !== undefined) throw undecodable(resource, mismatch);
  if (object.kind !== resource.kind || object.apiVersion !== apiVersionOf(resource)) {
    throw badRequest(
      `${object.kind ?? 'an object'} in version "${object.apiVersion ?? ''}" cannot be handled as a ${resource.kind}`,
    );
  }
}

function checkNamespace(store: Store, resource: Resource, object: KubeObject): void {
  if (!resource.isNamespaced) return;
  const { namespace = '', name } = object.metadata;
  const found = store.get(resources.namespaces, undefined, namespace);
  if (found === undefined) throw notFound(resources.namespaces, namespace);
  if (found.metadata.deletionTimestamp === undefined || object.kind === 'Event') return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw forbidden(resource, name, why, 'NamespaceTerminating');
}

function keepSystemFields(object: KubeObject, current: KubeObject): void {
  const { uid, creationTimestamp, generation, deletionTimestamp, deletionGracePeriodSeconds, resourceVersion } =
    current.metadata;
  Object.assign(object.metadata, {
    uid,
    creationTimestamp,
    resourceVersion,
    ...(generation === undefined ? {} : { generation }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds }),
  });
}

/** The admission plugin ServiceAccount: a pod must have an account, and without pull secrets takes those of the account. */
function useServiceAccount(store: Store, pod: Pod): void {
  const { namespace = '', name } = pod.metadata;
  const account = pod.spec.serviceAccountName ?? 'default';
  const found = store.get(resources.serviceAccounts, namespace, account);
  if (found === undefined) {
    const why = `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`;
    throw forbidden(resources.pods, name, why);
  }
  if (!pod.spec.imagePullSecrets?.length && found.imagePullSecrets?.length) {
    pod.spec.imagePullSecrets = structuredClone(found.imagePullSecrets);
  }
}
