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
export { namespaceExists } from './namespace.ts';
export { type ClusterNode, listNodes } from './nodes.ts';
export { deniedOf, describePermission, isAllowed, type Permission, requirePermissions } from './permission.ts';
export { checkPullSecrets, type PullSecretPlan } from './pull-secret/check-pull-secrets.ts';
export {
  type KubeSphereForm,
  type PullAccount,
  type PullSecretContent,
  pullSecretObject,
  pullSecretType,
} from './pull-secret/pull-secret-object.ts';
export { accountsFor, registriesOf } from './pull-secret/read-pull-secret.ts';
export { addPullSecret } from './pull-secret/service-account.ts';
export { pullSecretPlace, type WrittenSecret, writePullSecret } from './pull-secret/write-pull-secret.ts';
export { readKubeconfig } from './read-kubeconfig.ts';
export { knownResource, resources } from './resources.ts';
export { fieldManager, openCluster } from './rest-client.ts';
