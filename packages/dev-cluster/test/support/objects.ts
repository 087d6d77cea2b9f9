import type { Json, TestApi } from './api.ts';
import { account } from './registry.ts';

export const deploymentsPath = '/apis/apps/v1/namespaces/default/deployments';
export const replicaSetsPath = '/apis/apps/v1/namespaces/default/replicasets';
export const podsPath = '/api/v1/namespaces/default/pods';
export const eventsPath = '/api/v1/namespaces/default/events';

export interface DeploymentParts {
  readonly name?: string;
  readonly image: string;
  readonly replicas?: number;
  readonly spec?: object;
  readonly podSpec?: object;
  readonly annotations?: Record<string, string>;
}

/** A Deployment with one container `app` that uses the pull secret `pull`. */
export function deployment(parts: DeploymentParts): Json {
  const { name = 'app', image, replicas = 1, spec = {}, podSpec = {}, annotations } = parts;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, ...(annotations && { annotations }) },
        spec: { containers: [{ name: 'app', image }], imagePullSecrets: [{ name: 'pull' }], ...podSpec },
      },
      ...spec,
    },
  };
}

/** A secret with the registry account. */
export function pullSecret(host: string, password: string = account.password, name = 'pull'): Json {
  const auths = { [host]: { auth: Buffer.from(`${account.username}:${password}`).toString('base64') } };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { '.dockerconfigjson': JSON.stringify({ auths }) },
  };
}

/** Whether a rollout is over, as kubectl sees it. */
export function isRolledOut({ metadata, spec, status }: Json): boolean {
  return (
    status.observedGeneration === metadata.generation &&
    status.updatedReplicas === spec.replicas &&
    status.replicas === spec.replicas &&
    status.availableReplicas === spec.replicas
  );
}

/** The waiting state of the only container of the first pod of a Deployment, once it has a reason. */
export async function waitingState(api: TestApi, name: string, reason: string): Promise<Json> {
  const hasReason = (list: Json): boolean => stateOf(list)?.waiting?.reason === reason;
  return stateOf(await api.until(`${podsPath}?labelSelector=app%3D${name}`, hasReason)).waiting;
}

function stateOf(list: Json): Json {
  return list.items[0]?.status.containerStatuses?.[0].state;
}
