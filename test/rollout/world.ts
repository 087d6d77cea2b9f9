import { PilotError } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import type { ManifestFile, PullSecret, RolloutOptions } from '@harbor-pilot/rollout';
import { parse } from 'yaml';
import { createKubeApi, type Json, type KubeApi } from './kube-api.ts';

/** A cluster, and images for it. */
export interface Stage {
  readonly kubeconfig: string;
  /** `registry/repository`. */
  readonly image: string;
  /** Digests that the nodes can pull. */
  readonly first: Digest;
  readonly second: Digest;
  /** One that they cannot. */
  readonly unpullable: Digest;
  /** What the hint says about it. */
  readonly unpullableHint: RegExp;
  /** What the pods of the unpullable digest have to say besides. */
  readonly unpullablePod?: object;
  readonly pullSecret?: PullSecret;
}

/** What a case may change about its Deployment. */
export interface Shape {
  readonly name?: string;
  readonly replicas?: number;
  /** More fields of its pods. */
  readonly pod?: object;
  readonly progressDeadlineSeconds?: number;
  readonly image?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** One namespace of a cluster, and what the cases do in it. */
export interface World {
  readonly stage: Stage;
  readonly api: KubeApi;
  readonly namespace: string;
  /** A manifest of a Deployment called hello. */
  manifest(shape?: Shape): ManifestFile;
  /** Options that roll a digest out to it. */
  options(digest: Digest, extra?: Partial<RolloutOptions>): RolloutOptions;
  /** Options that fail. */
  unpullable(extra?: Partial<RolloutOptions>): RolloutOptions;
  /** The Deployment as the cluster has it now; a Status with code 404 when there is none. */
  live(name?: string): Promise<Json>;
  /** Its pods that are not being deleted. */
  pods(): Promise<Json[]>;
}

let count = 0;

/** Makes a namespace in the cluster, or only thinks of a name for one. */
export async function createWorld(stage: Stage, isMade = true): Promise<World> {
  count += 1;
  const namespace = `shop-${process.pid}-${count}`;
  const api = createKubeApi(stage.kubeconfig);
  if (isMade)
    await api.need('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
  const manifest: World['manifest'] = (shape = {}) => ({
    path: 'hello.yaml',
    text: JSON.stringify(deploymentOf({ image: `${stage.image}:any`, ...shape })),
  });
  const options: World['options'] = (digest, extra = {}) => ({
    kubeconfig: stage.kubeconfig,
    manifests: [manifest()],
    image: stage.image,
    digest,
    namespace,
    timeoutSeconds: 30,
    undoOnFailure: true,
    ...(stage.pullSecret === undefined ? {} : { pullSecret: stage.pullSecret }),
    ...extra,
  });
  return {
    stage,
    api,
    namespace,
    manifest,
    options,
    unpullable: (extra = {}) =>
      options(stage.unpullable, { manifests: [manifest({ pod: stage.unpullablePod ?? {} })], ...extra }),
    live: async (name = 'hello') =>
      (await api.ask('GET', `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`)).body,
    pods: async () => {
      const { items } = await api.need('GET', `/api/v1/namespaces/${namespace}/pods`);
      return items.filter(({ metadata }: Json) => metadata.deletionTimestamp === undefined);
    },
  };
}

function deploymentOf({
  name = 'hello',
  replicas = 2,
  pod,
  progressDeadlineSeconds,
  image,
  annotations,
}: Shape): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      ...(progressDeadlineSeconds === undefined ? {} : { progressDeadlineSeconds }),
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, ...(annotations === undefined ? {} : { annotations }) },
        spec: {
          terminationGracePeriodSeconds: 0,
          ...pod,
          containers: [{ name: 'hello', image }],
        },
      },
    },
  };
}

/** The image of a Deployment's first container. */
export function imageOf(deployment: Json): string {
  return deployment.spec.template.spec.containers[0].image;
}

/** The error of something that must fail with one. */
export async function failureOf(promise: Promise<unknown>): Promise<PilotError> {
  const error = await promise.then(
    (value) => new Error(`it succeeded: ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof PilotError) return error;
  throw error;
}

/** A kubeconfig with other fields for its only cluster and its only user; undefined takes a field away. */
export function changeKubeconfig(kubeconfig: string, change: { cluster?: object; user?: object }): string {
  const config: Json = parse(kubeconfig);
  Object.assign(config.clusters[0].cluster, change.cluster);
  Object.assign(config.users[0].user, change.user);
  return JSON.stringify(config);
}

/** A kubeconfig for another account, known by its token. */
export function withToken(kubeconfig: string, token: string): string {
  const user = { token, 'client-certificate-data': undefined, 'client-key-data': undefined };
  return changeKubeconfig(kubeconfig, { user });
}

/** A ConfigMap called settings. */
export const settings: ManifestFile = {
  path: 'settings.yaml',
  text: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { colour: blue }\n',
};
