import type { KubeObject } from './objects.ts';
import type { Shape } from './shape.ts';

/** One thing wrong with one field, as a cause of a 422 (Kubernetes API 1.34, StatusCause). */
export interface FieldProblem {
  readonly reason: 'FieldValueRequired' | 'FieldValueInvalid' | 'FieldValueDuplicate' | 'FieldValueForbidden';
  readonly field: string;
  readonly message: string;
}

/** One resource of the API: where it is served, and what is done with its objects before they are kept. */
export interface Resource<T extends KubeObject = KubeObject> {
  /** Empty for the core group. */
  readonly group: string;
  readonly plural: string;
  readonly singular: string;
  readonly kind: string;
  readonly shortNames: readonly string[];
  readonly isNamespaced: boolean;
  /** Whether `status` has a path of its own, so that writes of the object leave it alone. */
  readonly hasStatus: boolean;
  /** Whether a change of `spec` counts up `metadata.generation`. */
  readonly hasGeneration: boolean;
  /** Deleted in two moves: marked first, then removed by the controller or node that looks after it. */
  readonly isDeletedGracefully: boolean;
  /** The types of the fields that the cluster reads; checked before anything else, so that typed views hold. */
  readonly shape: Readonly<Record<string, Shape>>;
  /** The fields that a list may be selected by, besides name and namespace. */
  readonly selectableFields: readonly string[];
  /** Fills in what the API server fills in. */
  setDefaults(object: T): void;
  /** What is wrong with an object, as a replacement of `old` when that is given. */
  check(object: T, old?: T): readonly FieldProblem[];
}

/** `apps/v1` or `v1`. All groups that are served have the version v1. */
export function apiVersionOf(resource: Resource): string {
  return resource.group === '' ? 'v1' : `${resource.group}/v1`;
}

/** `deployments.apps` or `pods`, as messages name a resource. */
export function qualifiedName(resource: Resource): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}
