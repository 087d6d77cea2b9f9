import type { Resource } from './cluster-client.ts';

const known = (apiVersion: string, kind: string, plural: string, namespaced = true): Resource => ({
  apiVersion,
  kind,
  plural,
  namespaced,
});

/** The kinds that are the same in every cluster, so that nobody needs to be asked about them. */
export const resources = {
  namespaces: known('v1', 'Namespace', 'namespaces', false),
  nodes: known('v1', 'Node', 'nodes', false),
  pods: known('v1', 'Pod', 'pods'),
  events: known('v1', 'Event', 'events'),
  secrets: known('v1', 'Secret', 'secrets'),
  configMaps: known('v1', 'ConfigMap', 'configmaps'),
  services: known('v1', 'Service', 'services'),
  serviceAccounts: known('v1', 'ServiceAccount', 'serviceaccounts'),
  deployments: known('apps/v1', 'Deployment', 'deployments'),
  replicaSets: known('apps/v1', 'ReplicaSet', 'replicasets'),
  statefulSets: known('apps/v1', 'StatefulSet', 'statefulsets'),
  daemonSets: known('apps/v1', 'DaemonSet', 'daemonsets'),
  jobs: known('batch/v1', 'Job', 'jobs'),
  cronJobs: known('batch/v1', 'CronJob', 'cronjobs'),
  accessReviews: known('authorization.k8s.io/v1', 'SelfSubjectAccessReview', 'selfsubjectaccessreviews', false),
} as const satisfies Record<string, Resource>;

/** The group of an API version: `apps` of `apps/v1`, empty for the core group. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** The resource of a kind that every cluster has, or undefined. */
export function knownResource(apiVersion: string, kind: string): Resource | undefined {
  return Object.values(resources).find((resource) => resource.apiVersion === apiVersion && resource.kind === kind);
}
