import { asNumber, asObject, asString } from '@harbor-pilot/core';
import type { KubeObject } from '../kinds/objects.ts';
import { createChecked, findTypeMismatch, replaceChecked } from '../store/admission.ts';
import { ApiError, badPatch, badRequest, conflict, notFound } from '../store/api-error.ts';
import { type DeleteOptions, deleteObject } from '../store/delete.ts';
import type { Store } from '../store/store.ts';
import { typeOf } from './discovery.ts';
import { applyJsonPatch } from './json-patch.ts';
import { filterOf } from './list.ts';
import { applyMergePatch, applyStrategicPatch } from './merge-patch.ts';
import type { Target } from './target.ts';

/** A request that writes, its body parsed. */
export interface Write {
  readonly target: Target;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: unknown;
}

/** What is answered. */
export interface Answer {
  readonly code: number;
  readonly body: object;
}

/** The object that a path names. @throws ApiError 404 when there is none. */
export function requireObject(store: Store, { resource, namespace, name = '' }: Target): KubeObject {
  const object = store.get(resource, namespace, name);
  if (object === undefined) throw notFound(resource, name);
  return object;
}

/** POST: adds an object. */
export function create(store: Store, { target, query, body }: Write): Answer {
  const object = createChecked(store, target.resource, readObject(target, body), isDryRun(query));
  return { code: 201, body: object };
}

/** PUT: replaces an object; a resourceVersion in it must be the current one. */
export function replace(store: Store, { target, query, body }: Write): Answer {
  const replacement = readObject(target, body);
  const current = requireObject(store, target);
  checkIdentity(target, current, replacement);
  return { code: 200, body: replaceChecked(store, target.resource, current, replacement, isDryRun(query)) };
}

/** PATCH in its four forms (Kubernetes API 1.34, "Updating resources"). */
export function patch(store: Store, write: Write): Answer {
  const { target, query, contentType, body } = write;
  if (contentType.startsWith('application/apply-patch')) return applyOnServer(store, write);
  const current = requireObject(store, target);
  const patched = readObject(target, patchWith(contentType, current, body));
  checkIdentity(target, current, patched);
  const mismatch = findTypeMismatch(target.resource, patched);
  if (mismatch !== undefined) throw badPatch(mismatch);
  return { code: 200, body: replaceChecked(store, target.resource, current, patched, isDryRun(query)) };
}

function patchWith(contentType: string, current: KubeObject, body: unknown): unknown {
  switch (contentType) {
    case 'application/json-patch+json':
      if (!Array.isArray(body)) throw badRequest('error decoding patch: a JSON patch is a list');
      return applyJsonPatch(current, body);
    case 'application/merge-patch+json':
      return applyMergePatch(current, body);
    case 'application/strategic-merge-patch+json':
      return applyStrategicPatch(current, body);
    default:
      throw new ApiError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  }
}

/**
 * Server-side apply, thin: the object is made or merged, and the manager is noted. Which manager owns which field is not
 * kept, so there are no conflicts, and a field that a manager leaves out stays.
 */
function applyOnServer(store: Store, { target, query, body }: Write): Answer {
  const manager = query.get('fieldManager');
  if (!manager) throw badRequest('PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value');
  const applied = readObject(target, body);
  if (applied.metadata.managedFields?.length) throw badRequest('metadata.managedFields must be nil');
  const { resource, namespace, name = '' } = target;
  const current = store.get(resource, namespace, name);
  const entry = { manager, operation: 'Apply', ...typeOf(resource), fieldsType: 'FieldsV1', fieldsV1: {} };
  const { kind: _, ...noted } = { ...entry, time: store.now() };
  if (current === undefined) {
    applied.metadata.managedFields = [noted];
    return { code: 201, body: createChecked(store, resource, applied, isDryRun(query)) };
  }
  const merged = readObject(target, applyStrategicPatch(current, applied));
  const others = current.metadata.managedFields ?? [];
  const isNoted = others.some((each) => asObject(each)?.manager === manager);
  merged.metadata.managedFields = isNoted ? others : [...others, noted];
  checkIdentity(target, current, merged);
  return { code: 200, body: replaceChecked(store, resource, current, merged, isDryRun(query)) };
}

/** DELETE of one object. */
export function remove(store: Store, { target, body }: Write): Answer {
  const { resource, name = '' } = target;
  const current = requireObject(store, target);
  const options = asObject(body) ?? {};
  const preconditions = asObject(options.preconditions);
  const uid = asString(preconditions?.uid);
  const version = asString(preconditions?.resourceVersion);
  if (uid !== undefined && uid !== current.metadata.uid) {
    throw conflict(
      resource,
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`,
    );
  }
  if (version !== undefined && version !== current.metadata.resourceVersion) throw conflict(resource, name);
  const { object, isGone } = deleteObject(store, resource, current, readDeleteOptions(options));
  return isGone ? { code: 200, body: deletedStatus(target, object) } : { code: 200, body: object };
}

/** DELETE of all objects that the selectors mean. */
export function removeAll(store: Store, { target, query, body }: Write): Answer {
  const options = readDeleteOptions(asObject(body) ?? {});
  const items = store.list(target.resource, target.namespace).filter(filterOf(target, query));
  for (const object of items) deleteObject(store, target.resource, object, options);
  const { apiVersion, kind } = typeOf(target.resource);
  const metadata = { resourceVersion: String(store.revision) };
  return { code: 200, body: { apiVersion, kind: `${kind}List`, metadata, items } };
}

function readDeleteOptions(options: Readonly<Record<string, unknown>>): DeleteOptions {
  const policy = asString(options.propagationPolicy) ?? (options.orphanDependents === true ? 'Orphan' : 'Background');
  if (policy !== 'Background' && policy !== 'Foreground' && policy !== 'Orphan') {
    throw badRequest(`propagationPolicy: Unsupported value: "${policy}"`);
  }
  const gracePeriodSeconds = asNumber(options.gracePeriodSeconds);
  return { propagation: policy, ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }) };
}

function deletedStatus({ resource, name = '' }: Target, object: KubeObject): object {
  const group = resource.group === '' ? {} : { group: resource.group };
  const details = { name, ...group, kind: resource.plural, uid: object.metadata.uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

/** A body as an object of the target's namespace and name; its fields are checked when it is kept. */
function readObject(target: Target, body: unknown): KubeObject {
  const { resource, namespace, name } = target;
  const fields = asObject(body);
  if (fields === undefined) throw badRequest('the request needs an object as its body');
  const metadata = { ...asObject(fields.metadata) };
  if (namespace !== undefined && (metadata.namespace ?? namespace) !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (name !== undefined && (metadata.name ?? name) !== name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
  if (namespace !== undefined) metadata.namespace = namespace;
  if (name !== undefined) metadata.name = name;
  return { ...typeOf(resource), ...fields, metadata } as unknown as KubeObject;
}

function checkIdentity({ resource, name = '' }: Target, current: KubeObject, next: KubeObject): void {
  const { uid, resourceVersion } = next.metadata;
  if (resourceVersion && resourceVersion !== current.metadata.resourceVersion) throw conflict(resource, name);
  if (uid && uid !== current.metadata.uid) throw conflict(resource, name, 'the object has been replaced by another');
}

function isDryRun(query: URLSearchParams): boolean {
  return query.get('dryRun') === 'All';
}
