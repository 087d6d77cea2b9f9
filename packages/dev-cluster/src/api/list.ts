import type { KubeObject, Requirement } from '../kinds/objects.ts';
import { apiVersionOf } from '../kinds/resource.ts';
import {
  type FieldRequirement,
  matchesFields,
  matchesRequirements,
  parseFieldSelector,
  parseLabelSelector,
} from '../kinds/selectors.ts';
import { ApiError, badRequest, expired } from '../store/api-error.ts';
import type { Store } from '../store/store.ts';
import type { Target } from './target.ts';

/** Which objects a list or a watch is about. */
export type Filter = (object: KubeObject) => boolean;

/**
 * The filter that a request's path and selectors describe.
 * @throws ApiError 400 when a selector cannot be read.
 */
export function filterOf(target: Target, query: URLSearchParams): Filter {
  const labelText = query.get('labelSelector') ?? '';
  const labels: readonly Requirement[] | undefined = parseLabelSelector(labelText);
  if (labels === undefined) throw badRequest(`unable to parse requirement: ${labelText}`);
  const fields: readonly FieldRequirement[] | string = parseFieldSelector(
    query.get('fieldSelector') ?? '',
    target.resource.selectableFields,
  );
  if (typeof fields === 'string') throw badRequest(fields);
  const { namespace, name } = target;
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (name === undefined || object.metadata.name === name) &&
    matchesRequirements(object.metadata.labels ?? {}, labels) &&
    matchesFields(object, fields);
}

/** The list that a request asks for. All of it: `limit` is a wish that a server may leave unfulfilled. */
export function listObjects(store: Store, target: Target, query: URLSearchParams): object {
  const asked = Number(query.get('resourceVersion') || 0);
  if (asked > store.revision) throw tooLarge(asked, store.revision);
  if (query.get('resourceVersionMatch') === 'Exact' && asked !== store.revision) throw expired(asked, store.revision);
  const { resource } = target;
  // Items of a list do not repeat the type that the list has.
  const items = store
    .list(resource, target.namespace)
    .filter(filterOf(target, query))
    .map(({ kind: _kind, apiVersion: _version, ...rest }) => rest);
  return {
    kind: `${resource.kind}List`,
    apiVersion: apiVersionOf(resource),
    metadata: { resourceVersion: String(store.revision) },
    items,
  };
}

/** 504: a version from the future, as after a restart of the cluster. */
export function tooLarge(asked: number, current: number): ApiError {
  const message = `Too large resource version: ${asked}, current: ${current}`;
  return new ApiError(504, 'Timeout', message, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}
