import type { KubeObject } from '@harbor-pilot/cluster';
import { registerSecret } from '@harbor-pilot/core';
import type { PullSecret } from '../options.ts';

/** The Secret that lets nodes pull (type kubernetes.io/dockerconfigjson). The password is masked everywhere from here on. */
export function pullSecretObject(secret: PullSecret, namespace: string): KubeObject {
  const auth = Buffer.from(`${secret.username}:${secret.password}`).toString('base64');
  const { registry, username, password } = secret;
  const config = JSON.stringify({ auths: { [registry]: { username, password, auth } } });
  const data = Buffer.from(config).toString('base64');
  for (const form of [password, auth, data]) registerSecret(form);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secret.name, namespace },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': data },
  };
}
