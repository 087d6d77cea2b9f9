import { randomUUID } from 'node:crypto';
import type { Clock } from '@harbor-pilot/core';
import type { KubeObject, Metadata } from '../kinds/objects.ts';
import type { Resource } from '../kinds/resource.ts';
import { isSameJson } from '../kinds/same-json.ts';
import { alreadyExists } from './api-error.ts';

/** One change of one object, in the order of revisions. */
export interface Change {
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: Resource;
  readonly object: KubeObject;
  /** The object before the change. */
  readonly previous?: KubeObject;
}

/** What a {@link Store} needs. */
export interface StoreOptions {
  readonly clock: Clock;
  /** How many changes are remembered for watches. */
  readonly historyLength: number;
}

/** What is created: the store adds the uid, the version and the time. */
export type Draft<T extends KubeObject> =
  | T
  | (Omit<T, 'metadata'> & { metadata: Omit<Metadata, 'uid' | 'resourceVersion' | 'creationTimestamp'> });

/**
 * The objects of the cluster in memory, with one revision counter over all of them and a bounded history.
 * Objects that it gives out are shared: change them only through {@link Store.update}.
 */
export class Store {
  readonly #clock: Clock;
  readonly #historyLength: number;
  readonly #objects = new Map<Resource, Map<string, KubeObject>>();
  readonly #history: Change[] = [];
  readonly #listeners = new Set<(change: Change) => void>();
  #revision = 1;

  constructor(options: StoreOptions) {
    this.#clock = options.clock;
    this.#historyLength = options.historyLength;
  }

  /** The revision of the last change. */
  get revision(): number {
    return this.#revision;
  }

  /** The time as objects write it. */
  now(): string {
    return formatTime(this.#clock.now());
  }

  get<T extends KubeObject>(resource: Resource<T>, namespace: string | undefined, name: string): T | undefined {
    return this.#tableOf(resource).get(keyOf(namespace, name));
  }

  /** All objects of a resource, of one namespace if that is given, in the order of their names. */
  list<T extends KubeObject>(resource: Resource<T>, namespace?: string): T[] {
    return [...this.#tableOf(resource).entries()]
      .filter(([, object]) => namespace === undefined || object.metadata.namespace === namespace)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object);
  }

  /**
   * Adds an object.
   * @param isDryRun gives back what would be kept, and keeps nothing.
   */
  create<T extends KubeObject>(resource: Resource<T>, draft: Draft<T>, isDryRun = false): T {
    const { namespace, name } = draft.metadata;
    if (this.get(resource, namespace, name) !== undefined) throw alreadyExists(resource, name);
    const object = structuredClone(draft) as T;
    Object.assign(object.metadata, {
      uid: randomUUID(),
      creationTimestamp: this.now(),
      resourceVersion: String(this.#revision + 1),
      ...(resource.hasGeneration ? { generation: 1 } : {}),
    });
    if (!isDryRun) this.#commit({ type: 'ADDED', resource, object });
    return object;
  }

  /**
   * Changes an object that exists; a change of nothing writes nothing. An object that is marked as deleted goes when its
   * last finalizer goes.
   * @param change is given a copy to work on.
   */
  update<T extends KubeObject>(resource: Resource<T>, current: T, change: (draft: T) => void, isDryRun = false): T {
    const draft = structuredClone(current);
    change(draft);
    if (isSameJson(draft, current)) return current;
    if (resource.hasGeneration && !isSameJson(draft.spec, current.spec)) {
      draft.metadata.generation = (current.metadata.generation ?? 0) + 1;
    }
    draft.metadata.resourceVersion = String(this.#revision + 1);
    if (isDryRun) return draft;
    this.#commit({ type: 'MODIFIED', resource, object: draft, previous: current });
    const isReleased = draft.metadata.deletionTimestamp !== undefined && !draft.metadata.finalizers?.length;
    if (isReleased && !resource.isDeletedGracefully) this.remove(resource, draft);
    return draft;
  }

  /** Takes an object away, whatever its finalizers say. */
  remove<T extends KubeObject>(resource: Resource<T>, current: T): T {
    const { namespace, name, uid } = current.metadata;
    const kept = this.get(resource, namespace, name);
    if (kept?.metadata.uid !== uid) return current;
    const object = structuredClone(kept);
    object.metadata.resourceVersion = String(this.#revision + 1);
    this.#commit({ type: 'DELETED', resource, object, previous: kept });
    return object;
  }

  /** All changes after a revision, or undefined when the history does not reach back so far. */
  changesSince(revision: number): readonly Change[] | undefined {
    return revision < this.oldestRevision - 1
      ? undefined
      : this.#history.filter((change) => change.revision > revision);
  }

  /** The revision of the oldest change that is remembered. */
  get oldestRevision(): number {
    return this.#history[0]?.revision ?? this.#revision + 1;
  }

  /** Calls a listener after every change. @returns a function that ends it. */
  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tableOf<T extends KubeObject>(resource: Resource<T>): Map<string, T> {
    let table = this.#objects.get(resource);
    if (table === undefined) {
      table = new Map();
      this.#objects.set(resource, table);
    }
    // Only objects that have passed the resource's shape and checks are put into its table.
    return table as Map<string, T>;
  }

  #commit<T extends KubeObject>(parts: { type: Change['type']; resource: Resource<T>; object: T; previous?: T }): void {
    const { type, resource, object } = parts;
    this.#revision += 1;
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    if (type === 'DELETED') this.#tableOf(resource).delete(key);
    else this.#tableOf(resource).set(key, object);
    const change: Change = { ...parts, revision: this.#revision };
    this.#history.push(change);
    if (this.#history.length > this.#historyLength) this.#history.shift();
    for (const listener of [...this.#listeners]) listener(change);
  }
}

function keyOf(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** RFC 3339 in whole seconds, as objects write times. */
export function formatTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
