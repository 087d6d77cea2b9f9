import type { KubeObject } from './kube-object.ts';

/** A kind of objects as the API names it. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  /** The name in the path, `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Where an object is. */
export interface Place {
  readonly resource: Resource;
  /** Left out for objects that are in no namespace. */
  readonly namespace?: string;
  readonly name: string;
}

/** One operation of a JSON patch (RFC 6902). */
export interface PatchOperation {
  readonly op: 'test' | 'add' | 'replace';
  readonly path: string;
  readonly value: unknown;
}

/** How to apply. */
export interface ApplyOptions {
  /** Take over fields that others manage. */
  readonly force?: boolean;
  /** Let the cluster check everything and change nothing. */
  readonly dryRun?: boolean;
}

/** A field that somebody else manages with another value. */
export interface FieldConflict {
  /** `.spec.replicas` */
  readonly field: string;
  /** Who manages it, as the cluster says. */
  readonly manager: string;
  /** `scale` when an autoscaler or "kubectl scale" set it. */
  readonly subresource?: string;
}

/** What came of an apply. */
export type Applied = { readonly object: KubeObject } | { readonly conflicts: readonly FieldConflict[] };

/** One change that a watch reports. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: KubeObject;
}

/** The objects of one kind at one moment. */
export interface ObjectList {
  readonly items: readonly KubeObject[];
  /** Where a watch goes on from. */
  readonly resourceVersion: string;
}

/**
 * A cluster, as far as a rollout needs it. Every object that it gives tells its kind, as those of the API do (Kubernetes
 * API conventions, "Types"); the items of a list, which leave it out, are given theirs. Every method throws PilotError
 * CLUSTER_UNREACHABLE, TLS_UNTRUSTED or CLUSTER_AUTH; any other refusal of the API is ANSWER_UNEXPECTED with the HTTP
 * status in `details.status`.
 */
export interface ClusterClient {
  /** Address, for messages. */
  readonly server: string;
  /** The version of the cluster, `v1.34.1`; proves that it can be reached. */
  version(signal?: AbortSignal): Promise<string>;
  /** The resource of a kind, or undefined where the cluster has no such kind. */
  resource(apiVersion: string, kind: string, signal?: AbortSignal): Promise<Resource | undefined>;
  /** The object, or undefined where there is none. */
  get(place: Place, signal?: AbortSignal): Promise<KubeObject | undefined>;
  /**
   * All objects of a kind in a namespace, or in the cluster.
   * @param labelSelector those with these labels only, as kubectl takes it: `team=shop,stage!=test`.
   */
  list(
    resource: Resource,
    namespace: string | undefined,
    signal?: AbortSignal,
    labelSelector?: string,
  ): Promise<ObjectList>;
  /** Makes an object that only asks something, such as a SelfSubjectAccessReview. */
  create(
    resource: Resource,
    namespace: string | undefined,
    object: KubeObject,
    signal?: AbortSignal,
  ): Promise<KubeObject>;
  /** Server-side apply. */
  apply(place: Place, object: KubeObject, options: ApplyOptions, signal?: AbortSignal): Promise<Applied>;
  /** JSON patch: all operations or none. */
  patch(place: Place, operations: readonly PatchOperation[], signal?: AbortSignal): Promise<KubeObject>;
  /** Deletes an object and what it owns; an object that is gone already is fine. */
  delete(place: Place, signal?: AbortSignal): Promise<void>;
  /**
   * Changes after a resource version, until the server ends the watch. `details.status` of the error is 410 when the
   * version is too old and the objects must be listed again.
   */
  watch(
    resource: Resource,
    namespace: string | undefined,
    resourceVersion: string,
    signal: AbortSignal,
  ): AsyncIterable<WatchEvent>;
  /** The last lines that a container wrote; `previous` means before its last restart. */
  log(
    pod: KubeObject,
    container: string,
    options: { lines: number; previous: boolean },
    signal?: AbortSignal,
  ): Promise<string>;
  /** Closes idle connections. */
  close(): void;
}
