import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';

/** Any object of the Kubernetes API, of which nothing is known until it is looked into. */
export type KubeObject = Readonly<Record<string, unknown>>;

/** The value at a path inside foreign JSON, or undefined where the path ends early. */
export function dig(value: unknown, ...path: readonly (string | number)[]): unknown {
  let current = value;
  for (const step of path) {
    current = typeof step === 'number' ? asArray(current)[step] : asObject(current)?.[step];
  }
  return current;
}

/** The text at a path, or an empty text. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  return asString(dig(value, ...path)) ?? '';
}

/** The number at a path, or 0, as Kubernetes leaves out zeroes. */
export function countAt(value: unknown, ...path: readonly (string | number)[]): number {
  return asNumber(dig(value, ...path)) ?? 0;
}

/** The list at a path, or an empty one. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  return asArray(dig(value, ...path));
}

/** `metadata.name`. */
export function nameOf(object: unknown): string {
  return textAt(object, 'metadata', 'name');
}

/** `metadata.namespace`, empty for objects that are in none. */
export function namespaceOf(object: unknown): string {
  return textAt(object, 'metadata', 'namespace');
}

/** `metadata.uid`. */
export function uidOf(object: unknown): string {
  return textAt(object, 'metadata', 'uid');
}

/** The uid of the controller that owns an object, or an empty text. */
export function controllerOf(object: unknown): string {
  const owner = listAt(object, 'metadata', 'ownerReferences').find(
    (reference) => dig(reference, 'controller') === true,
  );
  return textAt(owner, 'uid');
}

/** The revision that the Deployment controller wrote on a Deployment or ReplicaSet, or undefined where it wrote none. */
export function revisionOf(object: unknown): number | undefined {
  const text = textAt(object, 'metadata', 'annotations', 'deployment.kubernetes.io/revision');
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** How people name an object: `deployment/hello`. */
export function titleOf(object: unknown): string {
  return `${textAt(object, 'kind').toLowerCase()}/${nameOf(object)}`;
}
