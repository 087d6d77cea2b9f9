import { registerSecret } from '@harbor-pilot/core';
import type { KubeObject } from '../kube-object.ts';

/** The type of secrets that nodes pull with. */
export const pullSecretType = 'kubernetes.io/dockerconfigjson';

/** The key in such a secret. */
export const pullSecretKey = '.dockerconfigjson';

/** An account with which nodes pull from one registry. */
export interface PullAccount {
  /** Host with its port if it is not 443, `harbor.example.com`. */
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

/**
 * What KubeSphere wants to see on a pull secret (v3.4 and v4.1: the console shows the creator and takes the address with its
 * scheme; the server, `pkg/models/registries/v2`, checks no certificate when `force-insecure` is `true`).
 */
export interface KubeSphereForm {
  /** User of KubeSphere that the console shows as the creator. */
  readonly creator: string;
  /** Lets KubeSphere itself, not the nodes, take any certificate of the registry. */
  readonly isInsecure: boolean;
  readonly isPlainHttp: boolean;
}

/** What a pull secret holds, wherever it is. */
export interface PullSecretContent {
  readonly name: string;
  readonly accounts: readonly PullAccount[];
  readonly kubeSphere?: KubeSphereForm | undefined;
}

/**
 * The Secret that lets nodes pull. The passwords are masked everywhere from here on.
 * @param others entries of other registries to keep, by the key that they have.
 */
export function pullSecretObject(
  { name, accounts, kubeSphere }: PullSecretContent,
  namespace: string,
  others: KubeObject = {},
): KubeObject {
  const auths = Object.fromEntries(
    accounts.map(({ registry, username, password }) => {
      const auth = Buffer.from(`${username}:${password}`).toString('base64');
      for (const form of [password, auth]) registerSecret(form);
      return [keyOf(registry, kubeSphere), { username, password, auth }];
    }),
  );
  const data = Buffer.from(JSON.stringify({ auths: { ...others, ...auths } })).toString('base64');
  registerSecret(data);
  const annotations = kubeSphere === undefined ? {} : { annotations: annotationsOf(kubeSphere) };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, ...annotations },
    type: pullSecretType,
    data: { [pullSecretKey]: data },
  };
}

/** The kubelet knows Docker Hub by this key only, and KubeSphere any registry by its address. */
function keyOf(registry: string, kubeSphere: KubeSphereForm | undefined): string {
  if (registry === 'docker.io') return 'https://index.docker.io/v1/';
  if (kubeSphere === undefined) return registry;
  return `${kubeSphere.isPlainHttp ? 'http' : 'https'}://${registry}`;
}

function annotationsOf({ creator, isInsecure }: KubeSphereForm): Readonly<Record<string, string>> {
  return {
    'kubesphere.io/creator': creator,
    ...(isInsecure ? { 'secret.kubesphere.io/force-insecure': 'true' } : {}),
  };
}
