export { isAdmissionRefusal, statusOf } from './api-error.ts';
export type {
  Applied,
  ApplyOptions,
  ClusterClient,
  FieldConflict,
  ObjectList,
  PatchOperation,
  Place,
  Resource,
  WatchEvent,
} from './cluster-client.ts';
export {
  controllerOf,
  countAt,
  dig,
  type KubeObject,
  listAt,
  nameOf,
  namespaceOf,
  revisionOf,
  textAt,
  titleOf,
  uidOf,
} from './kube-object.ts';
export { readKubeconfig } from './read-kubeconfig.ts';
export { groupOf, knownResource, resources } from './resources.ts';
export { fieldManager, openCluster } from './rest-client.ts';
