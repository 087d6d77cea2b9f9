/** Who caused an object to exist; it goes when its owner goes. */
export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

/** What every object carries (Kubernetes API 1.34, ObjectMeta). Times are RFC 3339 in whole seconds. */
export interface Metadata {
  name: string;
  generateName?: string;
  namespace?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
  managedFields?: unknown[];
}

/** Any object of the API: the fields that all kinds share. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  spec?: object;
  status?: object;
}

/** One condition of a status; which times it has differs by kind. */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  lastUpdateTime?: string;
  lastProbeTime?: string | null;
}

/** One requirement of a selector. */
export interface Requirement {
  key: string;
  operator: string;
  values?: string[];
}

/** Which labels are meant. */
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: Requirement[];
}

/** The fields of a container that a node reads. */
export interface Container {
  name: string;
  image: string;
  imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
}

/** The fields of a pod's spec that the cluster reads. */
export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  serviceAccountName?: string;
  imagePullSecrets?: { name: string }[];
  terminationGracePeriodSeconds?: number;
}

/** What a container does now; one of the three. */
export interface ContainerState {
  waiting?: { reason: string; message?: string };
  running?: { startedAt: string };
  terminated?: { exitCode: number; reason: string; startedAt: string; finishedAt: string; containerID: string };
}

/** What a node says of one container. */
export interface ContainerStatus {
  name: string;
  image: string;
  imageID: string;
  ready: boolean;
  started: boolean;
  restartCount: number;
  containerID?: string;
  state: ContainerState;
  lastState: ContainerState;
}

/** What a node says of a pod. */
export interface PodStatus {
  phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  conditions?: Condition[];
  containerStatuses?: ContainerStatus[];
  initContainerStatuses?: ContainerStatus[];
  startTime?: string;
  hostIP?: string;
  podIP?: string;
  podIPs?: { ip: string }[];
  qosClass?: string;
}

/** One or more containers on one node. */
export interface Pod extends KubeObject {
  spec: PodSpec;
  status: PodStatus;
}

/** Labels, annotations and spec of the pods to make. */
export interface PodTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: PodSpec;
}

/** A number of equal pods. */
export interface ReplicaSet extends KubeObject {
  spec: { replicas: number; selector: LabelSelector; template: PodTemplate; minReadySeconds?: number };
  status: {
    replicas: number;
    fullyLabeledReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    observedGeneration?: number;
    conditions?: Condition[];
  };
}

/** A number of pods, or a share of them as `25%`. */
export type CountOrPercent = number | string;

/** What a Deployment is to be. */
export interface DeploymentSpec {
  replicas: number;
  selector: LabelSelector;
  template: PodTemplate;
  strategy: {
    type: 'RollingUpdate' | 'Recreate';
    rollingUpdate?: { maxSurge: CountOrPercent; maxUnavailable: CountOrPercent };
  };
  minReadySeconds?: number;
  revisionHistoryLimit: number;
  progressDeadlineSeconds: number;
  paused?: boolean;
}

/** How far a Deployment is; counts that are 0 are left out. */
export interface DeploymentStatus {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  unavailableReplicas?: number;
  conditions?: Condition[];
}

/** Pods that are replaced step by step when their template changes. */
export interface Deployment extends KubeObject {
  spec: DeploymentSpec;
  status: DeploymentStatus;
}

/** A machine that runs pods. */
export interface Node extends KubeObject {
  spec: { unschedulable?: boolean };
  status: { conditions: Condition[] } & Record<string, unknown>;
}

/** A folder of objects. */
export interface Namespace extends KubeObject {
  spec: { finalizers: string[] };
  status: { phase: 'Active' | 'Terminating' };
}

/** Data that is not shown; its values are base64. */
export interface Secret extends KubeObject {
  type: string;
  data?: Record<string, string>;
  stringData?: Record<string, string>;
}

/** Who a pod is. */
export interface ServiceAccount extends KubeObject {
  imagePullSecrets?: { name: string }[];
}

/** What an event is about. */
export interface ObjectReference {
  apiVersion: string;
  kind: string;
  name: string;
  namespace?: string;
  uid: string;
  resourceVersion?: string;
  fieldPath?: string;
}

/** Something that happened to an object. */
export interface KubeEvent extends KubeObject {
  involvedObject: Partial<ObjectReference>;
  reason: string;
  message: string;
  type: 'Normal' | 'Warning';
  count: number;
  firstTimestamp: string | null;
  lastTimestamp: string | null;
  source: { component?: string; host?: string };
  reportingComponent: string;
  reportingInstance: string;
}
