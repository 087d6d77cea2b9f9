import type { Clock } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import type { TimelineEntry } from '@harbor-pilot/step-kit';

/** A file with Kubernetes manifests. */
export interface ManifestFile {
  /** For messages. */
  readonly path: string;
  /** YAML or JSON, one or more documents. */
  readonly text: string;
}

/** What the nodes need to pull from a private registry. */
export interface PullSecret {
  /** Name of the Secret, and of the entry that the pods get in `imagePullSecrets`. */
  readonly name: string;
  /** Host of the registry, `harbor.example.com`. */
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

/** What to roll out, where, and how patiently. */
export interface RolloutOptions {
  /** YAML text; paths in it are absolute. */
  readonly kubeconfig: string;
  /** Name of a context in the kubeconfig; its current one when absent. */
  readonly context?: string | undefined;
  /** What to apply; empty to only set the image of `workload`. */
  readonly manifests: readonly ManifestFile[];
  /** An existing workload to set the image of, `deployment/hello`, when there are no manifests. */
  readonly workload?: string | undefined;
  /** `registry/repository` of the image, without tag and digest. */
  readonly image: string;
  readonly digest: Digest;
  /** Another `registry/repository` in the manifests that means this image. */
  readonly replaces?: string | undefined;
  /** Where objects go that name no namespace. */
  readonly namespace: string;
  /** How long the workloads may take to become whole; undoing gets the same time again. */
  readonly timeoutSeconds: number;
  /** Put the workloads back when the rollout fails. */
  readonly undoOnFailure: boolean;
  /** Created or updated before the workloads, and named in the pods of the image. */
  readonly pullSecret?: PullSecret | undefined;
  readonly clock?: Clock;
  /** Stops watching; the cluster is left as it is. */
  readonly signal?: AbortSignal | undefined;
  /** Told everything as it happens. */
  readonly progress?: (entry: TimelineEntry) => void;
}
