import { isDeepStrictEqual } from 'node:util';
import {
  type ClusterClient,
  countAt,
  dig,
  type KubeObject,
  knownResource,
  nameOf,
  namespaceOf,
  type PatchOperation,
  type Place,
  type Resource,
  resources,
  revisionOf,
  textAt,
  uidOf,
  type WatchEvent,
} from '@harbor-pilot/cluster';
import { asObject, PilotError } from '@harbor-pilot/core';

export interface FakeCluster {
  readonly client: ClusterClient;
  /** Every write, `apply deployment/hello`, and the requests that can be refused. */
  readonly calls: string[];
  put(object: KubeObject): KubeObject;
  remove(resource: Resource, namespace: string, name: string): void;
  get(resource: Resource, namespace: string, name: string): KubeObject | undefined;
  /** The answer of the next calls that begin so; an error is thrown. */
  answers: Map<string, () => unknown>;
  /** Ends all watches, with an error when one is given. */
  breakWatches(error?: PilotError): void;
}

/** What a new revision of a Deployment does: `whole`, or the waiting state of its only pod. */
export type Behaviour = (deployment: KubeObject) => 'whole' | 'stuck' | KubeObject;

interface Watcher {
  readonly prefix: string;
  push(event: WatchEvent): void;
  end(error?: PilotError): void;
}

interface Store extends Pick<FakeCluster, 'put' | 'remove' | 'get'> {
  readonly watchers: Set<Watcher>;
  list(prefix: string): KubeObject[];
  version(): string;
}

function createStore(behave: Behaviour): Store {
  const objects = new Map<string, KubeObject>();
  const watchers = new Set<Watcher>();
  let version = 0;
  const tell = (key: string, event: WatchEvent): void => {
    for (const watcher of watchers) if (key.startsWith(watcher.prefix)) watcher.push(event);
  };
  const put = (object: KubeObject): KubeObject => {
    const key = keyOf(object);
    const before = objects.get(key);
    const changed = !isDeepStrictEqual(before?.spec, object.spec);
    version += 1;
    const metadata = {
      uid: `uid-${key}-${version}`,
      ...asObject(before?.metadata),
      ...asObject(object.metadata),
      resourceVersion: String(version),
      generation: countAt(before, 'metadata', 'generation') + (changed ? 1 : 0),
    };
    const stored: KubeObject = { ...object, metadata };
    objects.set(key, stored);
    tell(key, { type: before ? 'MODIFIED' : 'ADDED', object: stored });
    if (stored.kind === 'Deployment' && changed) control(put, objects, stored, behave);
    return objects.get(key) ?? stored;
  };
  return {
    put,
    watchers,
    get: (resource, namespace, name) => objects.get(`${resource.plural}/${namespace}/${name}`),
    remove: (resource, namespace, name) => {
      const key = `${resource.plural}/${namespace}/${name}`;
      const object = objects.get(key);
      objects.delete(key);
      if (object !== undefined) tell(key, { type: 'DELETED', object });
    },
    list: (prefix) => [...objects].filter(([key]) => key.startsWith(prefix)).map(([, object]) => object),
    version: () => String(version),
  };
}

/** A cluster in memory with one controller: it makes ReplicaSets and pods of Deployments as the behaviour says. */
export function createFakeCluster(initial: readonly KubeObject[], behave: Behaviour = () => 'whole'): FakeCluster {
  const store = createStore(behave);
  const calls: string[] = [];
  const answers: FakeCluster['answers'] = new Map();
  const note = (call: string): unknown => {
    calls.push(call);
    const key = [...answers.keys()].find((prefix) => call.startsWith(prefix));
    return key === undefined ? undefined : answers.get(key)?.();
  };
  for (const object of initial) store.put(object);
  const { put, remove, get } = store;
  const breakWatches = (error?: PilotError): void => {
    for (const watcher of [...store.watchers]) watcher.end(error);
  };
  return { client: createFakeClient(store, note), calls, put, remove, get, answers, breakWatches };
}

function createFakeClient(store: Store, note: (call: string) => unknown): ClusterClient {
  const at = (place: Place): KubeObject | undefined => store.get(place.resource, place.namespace ?? '', place.name);
  return {
    server: 'https://cluster.test',
    version: async () => {
      note('version');
      return 'v1.34.0';
    },
    resource: async (apiVersion, kind) => knownResource(apiVersion, kind),
    get: async (place) => {
      note(`get ${titleOf(place)}`);
      return at(place);
    },
    list: async (resource, namespace) => {
      note(`list ${resource.plural}`);
      return { items: store.list(`${resource.plural}/${namespace ?? ''}`), resourceVersion: store.version() };
    },
    create: async (_resource, _namespace, object) => {
      const { verb, resource } = asObject(dig(object, 'spec', 'resourceAttributes')) ?? {};
      const allowed = note(`review ${verb} ${resource}`) !== false;
      return { ...object, status: { allowed } };
    },
    apply: async (place, object, options) => {
      const answer = note(`${options.dryRun ? 'try' : options.force ? 'force' : 'apply'} ${titleOf(place)}`);
      if (answer !== undefined) return { conflicts: answer as [] };
      const merged = merge(at(place), object) as KubeObject;
      return { object: options.dryRun ? merged : store.put(merged) };
    },
    patch: async (place, operations) => {
      note(`patch ${titleOf(place)}`);
      return store.put(patched(at(place) ?? {}, operations));
    },
    delete: async (place) => {
      note(`delete ${titleOf(place)}`);
      store.remove(place.resource, place.namespace ?? '', place.name);
    },
    watch: (resource, namespace, _version, signal) => {
      note(`watch ${resource.plural}`);
      return watch(store.watchers, `${resource.plural}/${namespace ?? ''}`, signal);
    },
    log: async (pod, container) => {
      note(`log ${nameOf(pod)}/${container}`);
      return 'starting\ncannot open /config\n';
    },
    close: () => undefined,
  };
}

function titleOf(place: Place): string {
  return `${place.resource.kind.toLowerCase()}/${place.name}`;
}

function keyOf(object: KubeObject): string {
  const resource = knownResource(textAt(object, 'apiVersion'), textAt(object, 'kind'));
  return `${resource?.plural}/${namespaceOf(object)}/${nameOf(object)}`;
}

function merge(base: unknown, over: unknown): unknown {
  const [below, above] = [asObject(base), asObject(over)];
  if (below === undefined || above === undefined) return over;
  const keys = [...new Set([...Object.keys(below), ...Object.keys(above)])];
  return Object.fromEntries(keys.map((key) => [key, key in above ? merge(below[key], above[key]) : below[key]]));
}

function patched(object: KubeObject, operations: readonly PatchOperation[]): KubeObject {
  const copy = structuredClone(object);
  for (const { op, path, value } of operations) {
    const keys = path.slice(1).split('/');
    const holder = dig(copy, ...keys.slice(0, -1).map((key) => (/^\d+$/.test(key) ? Number(key) : key)));
    const last = keys.at(-1) ?? '';
    const record = holder as Record<string, unknown>;
    if (op === 'test' && !isDeepStrictEqual(record[last], value)) {
      throw new PilotError('ANSWER_UNEXPECTED', 'the test failed', { details: { status: 422 } });
    }
    if (op !== 'test') record[last] = value;
  }
  return copy;
}

async function* watch(watchers: Set<Watcher>, prefix: string, signal: AbortSignal): AsyncGenerator<WatchEvent> {
  const queue: WatchEvent[] = [];
  let wake = (): void => undefined;
  let ended: { readonly error?: PilotError | undefined } | undefined;
  const end = (error?: PilotError): void => {
    ended = { error };
    wake();
  };
  const push = (event: WatchEvent): void => {
    queue.push(event);
    wake();
  };
  const watcher: Watcher = { prefix, end, push };
  watchers.add(watcher);
  signal.addEventListener('abort', () => end());
  while (ended === undefined || queue.length > 0) {
    const event = queue.shift();
    if (event !== undefined) yield event;
    else if (!signal.aborted)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    else break;
  }
  watchers.delete(watcher);
  if (ended?.error !== undefined) throw ended.error;
}

function control(
  put: FakeCluster['put'],
  objects: ReadonlyMap<string, KubeObject>,
  deployment: KubeObject,
  behave: Behaviour,
): void {
  const { namespace, name } = { namespace: namespaceOf(deployment), name: nameOf(deployment) };
  const owned = [...objects.values()].filter(
    (object) => object.kind === 'ReplicaSet' && namespaceOf(object) === namespace,
  );
  const template = dig(deployment, 'spec', 'template');
  const same = owned.find((replicaSet) => isDeepStrictEqual(dig(replicaSet, 'spec', 'template'), template));
  const revision = Math.max(0, ...owned.map((replicaSet) => revisionOf(replicaSet) ?? 0)) + 1;
  const annotations = { 'deployment.kubernetes.io/revision': String(revision) };
  const replicaSet = put({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: same === undefined ? `${name}-${revision}` : nameOf(same),
      namespace,
      annotations,
      ownerReferences: [{ uid: uidOf(deployment), controller: true }],
    },
    spec: { template },
  });
  const replicas = Number(dig(deployment, 'spec', 'replicas') ?? 1);
  const outcome = behave(deployment);
  const whole = outcome === 'whole';
  put({
    ...deployment,
    metadata: { ...asObject(deployment.metadata), annotations },
    status: {
      observedGeneration: countAt(deployment, 'metadata', 'generation'),
      replicas,
      updatedReplicas: replicas,
      ...(whole ? { availableReplicas: replicas, readyReplicas: replicas } : {}),
    },
  });
  put({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${nameOf(replicaSet)}-a`,
      namespace,
      ownerReferences: [{ uid: uidOf(replicaSet), controller: true }],
    },
    spec: { nodeName: 'node-1', ...asObject(dig(template, 'spec')) },
    status: { containerStatuses: [whole ? { name: 'hello', ready: true } : outcome] },
  });
}

/** A namespace called shop. */
export const shop: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };

/** A Deployment called hello in the namespace shop. */
export function deploymentOf(image: string, spec: KubeObject = {}): KubeObject {
  return {
    apiVersion: resources.deployments.apiVersion,
    kind: 'Deployment',
    metadata: { name: 'hello', namespace: 'shop' },
    spec: { replicas: 2, template: { spec: { containers: [{ name: 'hello', image }] } }, ...spec },
  };
}
