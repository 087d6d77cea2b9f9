import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Clock } from '@harbor-pilot/core';
import type { KubeObject, Pod } from '../kinds/objects.ts';
import { qualifiedName, type Resource } from '../kinds/resource.ts';
import { ApiError, badRequest, noSuchPath } from '../store/api-error.ts';
import type { Store } from '../store/store.ts';
import { accessReview, discover, reviewPath } from './discovery.ts';
import { filterOf, listObjects } from './list.ts';
import { type ContainerLogs, readLog } from './logs.ts';
import { tableOf, wantsTable } from './table.ts';
import { parseTarget, type Target } from './target.ts';
import { watchObjects } from './watch.ts';
import { create, patch, remove, removeAll, replace, requireObject, type Write } from './write.ts';

/** What the API serves from. */
export interface Api {
  readonly store: Store;
  readonly logs: ContainerLogs;
  readonly clock: Clock;
  readonly token: string;
}

/** A request. */
export interface ApiRequest {
  readonly method: string;
  readonly url: URL;
  readonly authorization: string | undefined;
  readonly accept: string | undefined;
  readonly contentType: string;
  /** @throws ApiError 400 or 415 when it cannot be read. */
  readonly readBody: () => unknown;
}

/** An answer; text is sent as it is. */
export interface ApiAnswer {
  readonly code: number;
  readonly body: object | string;
}

const openPaths = new Set(['/version', '/healthz', '/livez', '/readyz']);

/**
 * Answers one request.
 * @param response used, and `streaming` returned, by a watch only.
 * @throws ApiError with the Status to send.
 */
export function answerRequest(api: Api, request: ApiRequest, response: ServerResponse): ApiAnswer | 'streaming' {
  const { method, url } = request;
  const path = url.pathname.replace(/\/$/, '');
  const target = parseTarget(path);
  if (!openPaths.has(path)) authenticate(api.token, request, target);
  if (/^\/(?:healthz|livez|readyz)$/.test(path)) return { code: 200, body: 'ok' };
  const found = method === 'GET' ? discover(path, url.host) : undefined;
  if (found !== undefined) return { code: 200, body: found };
  if (method === 'POST' && path === reviewPath) return { code: 201, body: accessReview };
  if (target === undefined) throw noSuchPath();
  if (method === 'GET') return answerRead(api, request, target, response);
  return answerWrite(api.store, method, {
    target,
    query: url.searchParams,
    contentType: request.contentType,
    body: request.readBody(),
  });
}

function authenticate(token: string, { authorization, method, url }: ApiRequest, target: Target | undefined): void {
  if (authorization !== undefined) {
    if (isSame(authorization, `Bearer ${token}`)) return;
    throw new ApiError(401, 'Unauthorized', 'Unauthorized');
  }
  const user = 'User "system:anonymous" cannot';
  if (target === undefined) {
    throw new ApiError(403, 'Forbidden', `forbidden: ${user} ${method.toLowerCase()} path "${url.pathname}"`, {});
  }
  const { resource, name, namespace } = target;
  const verb = verbs[method]?.[name === undefined ? 0 : 1] ?? method.toLowerCase();
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const subject = `${qualifiedName(resource)}${name === undefined ? '' : ` "${name}"`}`;
  const message = `${subject} is forbidden: ${user} ${verb} resource "${resource.plural}" in API group "${resource.group}" ${scope}`;
  throw new ApiError(403, 'Forbidden', message, { ...(name === undefined ? {} : { name }), kind: resource.plural });
}

/** The verb of a method: on a collection, and on one object. */
const verbs: Readonly<Record<string, readonly [string, string]>> = {
  GET: ['list', 'get'],
  POST: ['create', 'create'],
  PUT: ['update', 'update'],
  PATCH: ['patch', 'patch'],
  DELETE: ['deletecollection', 'delete'],
};

function isSame(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

function answerRead(api: Api, request: ApiRequest, target: Target, response: ServerResponse): ApiAnswer | 'streaming' {
  const { store, clock } = api;
  const query = request.url.searchParams;
  const isTable = wantsTable(request.accept);
  const tableFor = (resource: Resource, objects: readonly KubeObject[]): object =>
    tableOf(resource, objects, String(store.revision), clock.now());
  if (query.get('watch') === 'true' || query.get('watch') === '1') {
    const render = (object: KubeObject): object => (isTable ? tableFor(target.resource, [object]) : object);
    watchObjects(store, target, query, response, render);
    return 'streaming';
  }
  if (target.name === undefined) {
    const list = listObjects(store, target, query);
    if (!isTable) return { code: 200, body: list };
    const objects = store.list(target.resource, target.namespace).filter(filterOf(target, query));
    return { code: 200, body: tableFor(target.resource, objects) };
  }
  const object = requireObject(store, target);
  if (target.subresource === 'log') return { code: 200, body: readLog(object as Pod, query, api.logs) };
  return { code: 200, body: isTable ? tableFor(target.resource, [object]) : object };
}

function answerWrite(store: Store, method: string, write: Write): ApiAnswer {
  const { resource, namespace, name, subresource } = write.target;
  if (subresource !== undefined) throw notAllowed();
  const isPlaced = !resource.isNamespaced || namespace !== undefined;
  if (method === 'POST' && name === undefined) {
    if (isPlaced) return create(store, write);
    throw badRequest('an empty namespace may not be set during creation');
  }
  if (method === 'PUT' && name !== undefined) return replace(store, write);
  if (method === 'PATCH' && name !== undefined) return patch(store, write);
  if (method === 'DELETE' && isPlaced) return name === undefined ? removeAll(store, write) : remove(store, write);
  throw notAllowed();
}

function notAllowed(): ApiError {
  const message = 'the server does not allow this method on the requested resource';
  return new ApiError(405, 'MethodNotAllowed', message, {});
}
