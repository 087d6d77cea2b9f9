import { asObject } from '@harbor-pilot/core';

/** What a field must hold if it is there: a type, a list of a shape, a map to text, or an object of shapes. */
export type Shape =
  | 'string'
  | 'number'
  | 'boolean'
  | 'strings'
  | 'count-or-percent'
  | readonly [Shape]
  | { readonly [field: string]: Shape };

/** The first field whose type is not what a shape says, or undefined. Absent fields and null are always right. */
export function findMismatch(value: unknown, shape: Shape, path = ''): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(shape)) {
    const [item] = shape as readonly [Shape];
    if (!Array.isArray(value)) return `${path} must be a list`;
    return firstMismatch(value.map((element, index) => [element, item, `${path}[${index}]`]));
  }
  if (typeof shape === 'string') return isOfType(value, shape) ? undefined : `${path} must be ${typeNames[shape]}`;
  const object = asObject(value);
  if (object === undefined) return `${path} must be an object`;
  return firstMismatch(
    Object.entries(shape as Readonly<Record<string, Shape>>).map(([field, inner]) => [
      object[field],
      inner,
      path === '' ? field : `${path}.${field}`,
    ]),
  );
}

type SimpleShape = Extract<Shape, string>;

const typeNames: Readonly<Record<SimpleShape, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  strings: 'a map of strings',
  'count-or-percent': 'a number or a percentage',
};

function isOfType(value: unknown, type: SimpleShape): boolean {
  if (type === 'count-or-percent') return typeof value === 'number' || typeof value === 'string';
  if (type !== 'strings') return typeof value === type;
  const object = asObject(value);
  return object !== undefined && Object.values(object).every((entry) => typeof entry === 'string');
}

function firstMismatch(fields: readonly (readonly [unknown, Shape, string])[]): string | undefined {
  for (const [value, shape, path] of fields) {
    const mismatch = findMismatch(value, shape, path);
    if (mismatch !== undefined) return mismatch;
  }
  return undefined;
}

/** The shape of ObjectMeta. */
export const metadataShape: Shape = {
  name: 'string',
  generateName: 'string',
  namespace: 'string',
  uid: 'string',
  resourceVersion: 'string',
  labels: 'strings',
  annotations: 'strings',
  finalizers: ['string'],
  ownerReferences: [{ apiVersion: 'string', kind: 'string', name: 'string', uid: 'string', controller: 'boolean' }],
};

const containerShape: Shape = { name: 'string', image: 'string', imagePullPolicy: 'string' };

/** The shape of a pod's spec. */
export const podSpecShape: Shape = {
  containers: [containerShape],
  initContainers: [containerShape],
  nodeName: 'string',
  nodeSelector: 'strings',
  serviceAccountName: 'string',
  imagePullSecrets: [{ name: 'string' }],
  terminationGracePeriodSeconds: 'number',
};

const selectorShape: Shape = {
  matchLabels: 'strings',
  matchExpressions: [{ key: 'string', operator: 'string', values: ['string'] }],
};

const templateShape: Shape = { metadata: { labels: 'strings', annotations: 'strings' }, spec: podSpecShape };

/** The shape of a ReplicaSet's spec. */
export const replicaSetSpecShape: Shape = {
  replicas: 'number',
  selector: selectorShape,
  template: templateShape,
  minReadySeconds: 'number',
};

/** The shape of a Deployment's spec. */
export const deploymentSpecShape: Shape = {
  replicas: 'number',
  selector: selectorShape,
  template: templateShape,
  minReadySeconds: 'number',
  strategy: { type: 'string', rollingUpdate: { maxSurge: 'count-or-percent', maxUnavailable: 'count-or-percent' } },
  revisionHistoryLimit: 'number',
  progressDeadlineSeconds: 'number',
  paused: 'boolean',
};
