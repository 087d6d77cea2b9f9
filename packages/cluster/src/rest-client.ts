import { asObject, asString, type Clock, PilotError, printable } from '@harbor-pilot/core';
import { conflictsOf, connectionError, refusalOf } from './api-error.ts';
import type { Applied, ApplyOptions, ClusterClient, Place, Resource, WatchEvent } from './cluster-client.ts';
import { dig, type KubeObject, listAt, nameOf, namespaceOf, textAt } from './kube-object.ts';
import type { Connection } from './kubeconfig.ts';
import { knownResource } from './resources.ts';
import { type ApiRequest, call, callWell, linesOf, parseJson, readText, send } from './transport.ts';

/** Who manages the fields that a rollout sets, in `metadata.managedFields`. */
export const fieldManager = 'harbor-pilot';

/** The server is asked to end a watch after so long, and is given up a little later: a dead connection says nothing. */
const watchSeconds = 240;

/** Opens the cluster of a kubeconfig (YAML text). @throws PilotError INPUT_INVALID */
export async function openCluster(
  kubeconfig: string,
  context: string | undefined,
  clock: Clock,
): Promise<ClusterClient> {
  const { openKubeconfig } = await import('./kubeconfig.ts');
  return createRestClient(openKubeconfig(kubeconfig, context), clock);
}

function createRestClient(connection: Connection, clock: Clock): ClusterClient {
  const { server } = connection;
  const ask = (request: ApiRequest): Promise<unknown> => callWell(connection, clock, request);
  const discovered = new Map<string, Promise<unknown>>();

  return {
    server,
    version: async (signal) => textAt(await ask({ method: 'GET', path: '/version', signal }), 'gitVersion'),
    resource: async (apiVersion, kind, signal) => {
      const known = knownResource(apiVersion, kind);
      if (known !== undefined) return known;
      const listed = discovered.get(apiVersion) ?? discover(connection, clock, apiVersion, signal);
      discovered.set(apiVersion, listed);
      return findResource(await listed, apiVersion, kind);
    },
    get: async (place, signal) => {
      const { status, body } = await call(connection, clock, { method: 'GET', path: pathOf(place), signal });
      if (status === 404) return undefined;
      if (status !== 200) throw refusalOf(server, `to read ${pathOf(place)}`, status, body);
      return objectOf(body, server);
    },
    list: async (resource, namespace, signal, labelSelector) => {
      const query = labelSelector === undefined ? '' : `?labelSelector=${encodeURIComponent(labelSelector)}`;
      const body = await ask({ method: 'GET', path: collectionOf(resource, namespace) + query, signal });
      const { apiVersion, kind } = resource;
      return {
        // The items of a list leave out what the list says once.
        items: listAt(body, 'items').map((item) => ({ apiVersion, kind, ...asObject(item) })),
        resourceVersion: textAt(body, 'metadata', 'resourceVersion'),
      };
    },
    create: async (resource, namespace, body, signal) =>
      objectOf(await ask({ method: 'POST', path: collectionOf(resource, namespace), body, signal }), server),
    apply: async (place, object, options, signal) => apply(connection, clock, place, object, options, signal),
    patch: async (place, body, signal) => {
      const path = `${pathOf(place)}?fieldManager=${fieldManager}`;
      const contentType = 'application/json-patch+json';
      return objectOf(await ask({ method: 'PATCH', path, body, contentType, signal }), server);
    },
    delete: async (place, signal) => {
      const request = `to delete ${pathOf(place)}`;
      const path = `${pathOf(place)}?propagationPolicy=Background`;
      const { status, body } = await call(connection, clock, { method: 'DELETE', path, signal });
      if (status !== 404 && status >= 300) throw refusalOf(server, request, status, body);
    },
    watch: (resource, namespace, version, signal) => watch(connection, clock, resource, namespace, version, signal),
    log: async (pod, container, { lines, previous }, signal) => {
      const query = `container=${encodeURIComponent(container)}&tailLines=${lines}&previous=${previous}&limitBytes=16384`;
      const path = `/api/v1/namespaces/${namespaceOf(pod)}/pods/${nameOf(pod)}/log?${query}`;
      const answer = await send(connection, clock, { method: 'GET', path, signal });
      const text = await readText(answer, server, signal);
      if (answer.statusCode !== 200) throw refusalOf(server, 'to read a log', answer.statusCode ?? 0, text);
      return text;
    },
    close: () => connection.close(),
  };
}

function collectionOf(resource: Resource, namespace: string | undefined): string {
  const group = resource.apiVersion.includes('/') ? `/apis/${resource.apiVersion}` : `/api/${resource.apiVersion}`;
  const inside = resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${group}${inside}/${resource.plural}`;
}

function pathOf(place: Place): string {
  return `${collectionOf(place.resource, place.namespace)}/${encodeURIComponent(place.name)}`;
}

function objectOf(body: unknown, server: string): KubeObject {
  const object = asObject(body);
  if (object !== undefined) return object;
  throw new PilotError('ANSWER_UNEXPECTED', `the answer of ${server} is not a Kubernetes object`, {
    hint: 'Something else answers at the address in the kubeconfig, such as a proxy.',
  });
}

async function discover(
  connection: Connection,
  clock: Clock,
  apiVersion: string,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { status, body } = await call(connection, clock, { method: 'GET', path, signal });
  if (status === 404) return undefined;
  if (status !== 200) throw refusalOf(connection.server, `to describe ${apiVersion}`, status, body);
  return body;
}

function findResource(discovered: unknown, apiVersion: string, kind: string): Resource | undefined {
  const row = listAt(discovered, 'resources').find(
    (resource) => textAt(resource, 'kind') === kind && !textAt(resource, 'name').includes('/'),
  );
  if (row === undefined) return undefined;
  return { apiVersion, kind, plural: textAt(row, 'name'), namespaced: dig(row, 'namespaced') === true };
}

async function apply(
  connection: Connection,
  clock: Clock,
  place: Place,
  object: KubeObject,
  options: ApplyOptions,
  signal: AbortSignal | undefined,
): Promise<Applied> {
  const query = `fieldManager=${fieldManager}&force=${options.force ?? false}${options.dryRun ? '&dryRun=All' : ''}`;
  const { status, body } = await call(connection, clock, {
    method: 'PATCH',
    path: `${pathOf(place)}?${query}`,
    // JSON is YAML; the API takes server-side apply under this type only.
    contentType: 'application/apply-patch+yaml',
    body: object,
    signal,
  });
  if (status === 200 || status === 201) return { object: objectOf(body, connection.server) };
  const conflicts = status === 409 ? conflictsOf(body) : undefined;
  if (conflicts !== undefined) return { conflicts };
  throw refusalOf(connection.server, `to apply ${place.resource.kind.toLowerCase()}/${place.name}`, status, body);
}

async function* watch(
  connection: Connection,
  clock: Clock,
  resource: Resource,
  namespace: string | undefined,
  version: string,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const query = `watch=true&allowWatchBookmarks=true&timeoutSeconds=${watchSeconds}&resourceVersion=${encodeURIComponent(version)}`;
  const path = `${collectionOf(resource, namespace)}?${query}`;
  const answer = await send(connection, clock, { method: 'GET', path, signal });
  if (answer.statusCode !== 200) {
    throw refusalOf(
      connection.server,
      `to watch ${resource.plural}`,
      answer.statusCode ?? 0,
      parseJson(await readText(answer, connection.server, signal)),
    );
  }
  answer.setTimeout((watchSeconds + 15) * 1000, () => answer.destroy(new Error('the watch fell silent')));
  try {
    for await (const line of linesOf(answer, connection.server)) {
      yield eventOf(parseJson(line), connection.server, resource);
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error instanceof PilotError ? error : connectionError(connection.server, error);
  } finally {
    answer.destroy();
  }
}

function eventOf(line: unknown, server: string, resource: Resource): WatchEvent {
  const type = asString(dig(line, 'type'));
  const object = asObject(dig(line, 'object'));
  if (type === 'ERROR') {
    const status = dig(object, 'code');
    throw refusalOf(server, `to go on watching ${resource.plural}`, typeof status === 'number' ? status : 500, object);
  }
  if (object === undefined || (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED' && type !== 'BOOKMARK')) {
    const what = `a watch of ${resource.plural} at ${server} reports an event of the type "${printable(type ?? '', 40)}"`;
    throw new PilotError('ANSWER_UNEXPECTED', what, {
      hint: 'Look at what stands between here and the cluster: a proxy may change its answers.',
    });
  }
  return { type, object };
}
