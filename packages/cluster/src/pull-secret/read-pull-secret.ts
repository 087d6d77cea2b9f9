import { asObject, asString, registerSecret } from '@harbor-pilot/core';
import { type KubeObject, textAt } from '../kube-object.ts';
import { type PullAccount, pullSecretKey } from './pull-secret-object.ts';

/** The entries of a pull secret by their key, as they are; none where it holds nothing that can be read. */
export function pullSecretEntries(secret: KubeObject): KubeObject {
  const data = textAt(secret, 'data', pullSecretKey);
  registerSecret(data);
  try {
    return asObject(asObject(JSON.parse(Buffer.from(data, 'base64').toString()))?.auths) ?? {};
  } catch {
    return {};
  }
}

/**
 * The accounts in a pull secret, read as the kubelet does: keys may be addresses, and `auth` wins. Their passwords are masked.
 * Entries without credentials are left out, and so are those for a part of a registry only.
 */
export function readPullSecret(secret: KubeObject): readonly PullAccount[] {
  return Object.entries(pullSecretEntries(secret)).flatMap(([key, entry]) => {
    const fields = asObject(entry);
    const auth = asString(fields?.auth) ?? '';
    const decoded = Buffer.from(auth, 'base64').toString();
    const colon = decoded.indexOf(':');
    const [username, password] =
      colon > 0
        ? [decoded.slice(0, colon), decoded.slice(colon + 1)]
        : [asString(fields?.username), asString(fields?.password)];
    const registry = registryOf(key);
    if (registry === undefined || username === undefined || password === undefined) return [];
    for (const form of [password, auth]) registerSecret(form);
    return [{ registry, username, password }];
  });
}

/** The host that a key is about, or undefined when it has a path. */
export function registryOf(key: string): string | undefined {
  const [host = '', ...path] = key.replace(/^https?:\/\//, '').split('/');
  if (!['', 'v1', 'v2'].includes(path.filter((part) => part !== '').join('/'))) return undefined;
  return host === 'index.docker.io' ? 'docker.io' : host;
}
