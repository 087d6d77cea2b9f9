import type {
  Container,
  Deployment,
  KubeEvent,
  Namespace,
  Node,
  Pod,
  PodSpec,
  PodTemplate,
  ReplicaSet,
  Secret,
} from './objects.ts';

/** Sets what is absent; what is there stays. */
function fill(target: object, defaults: Readonly<Record<string, unknown>>): void {
  const fields = target as Record<string, unknown>;
  for (const [field, value] of Object.entries(defaults)) fields[field] ??= value;
}

/** Empty labels and annotations are as absent ones. */
export function dropEmptyMaps(metadata: PodTemplate['metadata'] = {}): void {
  if (Object.keys(metadata.labels ?? {}).length === 0) delete metadata.labels;
  if (Object.keys(metadata.annotations ?? {}).length === 0) delete metadata.annotations;
}

function setTemplateDefaults(template: PodTemplate | undefined): void {
  dropEmptyMaps(template?.metadata);
  if (template?.spec !== undefined) setPodSpecDefaults(template.spec);
}

/** Defaults of a pod's spec (Kubernetes 1.34, pkg/apis/core/v1/defaults.go). */
export function setPodSpecDefaults(spec: PodSpec): void {
  fill(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  });
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) setContainerDefaults(container);
}

function setContainerDefaults(container: Container): void {
  fill(container, {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: isLatest(container.image ?? '') ? 'Always' : 'IfNotPresent',
  });
  const { ports } = container as { ports?: unknown };
  if (Array.isArray(ports)) for (const port of ports) if (typeof port === 'object') fill(port, { protocol: 'TCP' });
}

function isLatest(image: string): boolean {
  const tag = /:([^:/@]+)$/.exec(image)?.[1];
  return !image.includes('@') && (tag === undefined || tag === 'latest');
}

/** Defaults of a Deployment (Kubernetes 1.34, pkg/apis/apps/v1/defaults.go). */
export function setDeploymentDefaults(deployment: Deployment): void {
  const { spec } = deployment;
  if (spec === undefined) return;
  fill(spec, { replicas: 1, strategy: {}, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  fill(spec.strategy, { type: 'RollingUpdate' });
  if (spec.strategy.type === 'RollingUpdate') {
    fill(spec.strategy, { rollingUpdate: {} });
    fill(spec.strategy.rollingUpdate ?? {}, { maxSurge: '25%', maxUnavailable: '25%' });
  }
  setTemplateDefaults(spec.template);
  deployment.status ??= {};
}

/** Defaults of a ReplicaSet. */
export function setReplicaSetDefaults(replicaSet: ReplicaSet): void {
  if (replicaSet.spec === undefined) return;
  fill(replicaSet.spec, { replicas: 1 });
  setTemplateDefaults(replicaSet.spec.template);
  replicaSet.status ??= { replicas: 0 };
}

/** Defaults of a Pod. */
export function setPodDefaults(pod: Pod): void {
  if (pod.spec !== undefined) {
    setPodSpecDefaults(pod.spec);
    fill(pod.spec, { serviceAccountName: 'default', enableServiceLinks: true });
  }
  pod.status ??= { phase: 'Pending', qosClass: 'BestEffort' };
}

/** Defaults of a Secret; `stringData` is written into `data`. */
export function setSecretDefaults(secret: Secret): void {
  secret.type ??= 'Opaque';
  for (const [key, value] of Object.entries(secret.stringData ?? {})) {
    secret.data = { ...secret.data, [key]: Buffer.from(value).toString('base64') };
  }
  delete secret.stringData;
}

/** Defaults of a Node. */
export function setNodeDefaults(node: Node): void {
  node.spec ??= {};
  node.status ??= { conditions: [] };
  node.status.conditions ??= [];
}

/** Defaults of an Event. */
export function setEventDefaults(event: KubeEvent): void {
  const times = { eventTime: null, firstTimestamp: null, lastTimestamp: null };
  fill(event, { ...times, involvedObject: {}, source: {}, reportingComponent: '', reportingInstance: '' });
}

/** Defaults of a Namespace. */
export function setNamespaceDefaults(namespace: Namespace): void {
  namespace.spec ??= { finalizers: ['kubernetes'] };
  namespace.status ??= { phase: 'Active' };
  namespace.metadata.labels = { ...namespace.metadata.labels, 'kubernetes.io/metadata.name': namespace.metadata.name };
}
