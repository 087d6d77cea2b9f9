import {
  setDeploymentDefaults,
  setEventDefaults,
  setNamespaceDefaults,
  setNodeDefaults,
  setPodDefaults,
  setReplicaSetDefaults,
  setSecretDefaults,
} from './defaults.ts';
import type {
  Deployment,
  KubeEvent,
  KubeObject,
  Namespace,
  Node,
  Pod,
  ReplicaSet,
  Secret,
  ServiceAccount,
} from './objects.ts';
import type { Resource } from './resource.ts';
import { deploymentSpecShape, podSpecShape, replicaSetSpecShape } from './shape.ts';
import { checkDeployment, checkPod, checkReplicaSet, checkSecret } from './validation.ts';

type Names = Pick<Resource, 'plural' | 'singular' | 'kind' | 'shortNames'>;

function define<T extends KubeObject>(names: Names, rest: Partial<Resource<T>> = {}): Resource<T> {
  return {
    ...names,
    group: '',
    isNamespaced: true,
    hasStatus: false,
    hasGeneration: false,
    isDeletedGracefully: false,
    shape: {},
    selectableFields: [],
    setDefaults: () => undefined,
    check: () => [],
    ...rest,
  };
}

const eventShape: Resource['shape'] = {
  involvedObject: { kind: 'string', name: 'string', namespace: 'string', uid: 'string' },
};

/** All resources that are served, with the type of their objects. */
export const resources = {
  namespaces: define<Namespace>(
    { plural: 'namespaces', singular: 'namespace', kind: 'Namespace', shortNames: ['ns'] },
    {
      isNamespaced: false,
      hasStatus: true,
      isDeletedGracefully: true,
      setDefaults: setNamespaceDefaults,
      selectableFields: ['status.phase'],
    },
  ),
  nodes: define<Node>(
    { plural: 'nodes', singular: 'node', kind: 'Node', shortNames: ['no'] },
    {
      isNamespaced: false,
      hasStatus: true,
      shape: { spec: { unschedulable: 'boolean' }, status: { conditions: [{ type: 'string', status: 'string' }] } },
      setDefaults: setNodeDefaults,
      selectableFields: ['spec.unschedulable'],
    },
  ),
  secrets: define<Secret>(
    { plural: 'secrets', singular: 'secret', kind: 'Secret', shortNames: [] },
    {
      shape: { type: 'string', data: 'strings', stringData: 'strings' },
      setDefaults: setSecretDefaults,
      selectableFields: ['type'],
      check: checkSecret,
    },
  ),
  serviceAccounts: define<ServiceAccount>(
    { plural: 'serviceaccounts', singular: 'serviceaccount', kind: 'ServiceAccount', shortNames: ['sa'] },
    { shape: { imagePullSecrets: [{ name: 'string' }] } },
  ),
  configMaps: define(
    { plural: 'configmaps', singular: 'configmap', kind: 'ConfigMap', shortNames: ['cm'] },
    { shape: { data: 'strings' } },
  ),
  services: define({ plural: 'services', singular: 'service', kind: 'Service', shortNames: ['svc'] }),
  pods: define<Pod>(
    { plural: 'pods', singular: 'pod', kind: 'Pod', shortNames: ['po'] },
    {
      hasStatus: true,
      hasGeneration: true,
      isDeletedGracefully: true,
      shape: { spec: podSpecShape },
      setDefaults: setPodDefaults,
      selectableFields: [
        'spec.nodeName',
        'spec.restartPolicy',
        'spec.schedulerName',
        'spec.serviceAccountName',
        'status.phase',
        'status.podIP',
      ],
      check: checkPod,
    },
  ),
  events: define<KubeEvent>(
    { plural: 'events', singular: 'event', kind: 'Event', shortNames: ['ev'] },
    {
      shape: eventShape,
      setDefaults: setEventDefaults,
      selectableFields: [
        'involvedObject.kind',
        'involvedObject.namespace',
        'involvedObject.name',
        'involvedObject.uid',
        'involvedObject.apiVersion',
        'involvedObject.resourceVersion',
        'involvedObject.fieldPath',
        'reason',
        'reportingComponent',
        'source',
        'type',
      ],
    },
  ),
  deployments: define<Deployment>(
    { plural: 'deployments', singular: 'deployment', kind: 'Deployment', shortNames: ['deploy'] },
    {
      group: 'apps',
      hasStatus: true,
      hasGeneration: true,
      shape: { spec: deploymentSpecShape },
      setDefaults: setDeploymentDefaults,
      check: checkDeployment,
    },
  ),
  replicaSets: define<ReplicaSet>(
    { plural: 'replicasets', singular: 'replicaset', kind: 'ReplicaSet', shortNames: ['rs'] },
    {
      group: 'apps',
      hasStatus: true,
      hasGeneration: true,
      shape: { spec: replicaSetSpecShape },
      setDefaults: setReplicaSetDefaults,
      selectableFields: ['status.replicas'],
      check: checkReplicaSet,
    },
  ),
} as const;

/** The same as a list. */
export const allResources: readonly Resource[] = Object.values(resources);
