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

/** The registries that a pull secret is about, as its keys write them: `*.example.com`, `harbor.example.com/shop`. */
export function registriesOf(secret: KubeObject): readonly string[] {
  return Object.keys(pullSecretEntries(secret)).map(withoutAddress);
}

/**
 * The accounts with which the kubelet pulls from a repository, in the order in which it tries them: the longest key first.
 * Their passwords are masked. Keys and entries are read as the kubelet does (Kubernetes 1.34, pkg/credentialprovider).
 */
export function accountsFor(secret: KubeObject, registry: string, repository: string): readonly PullAccount[] {
  const fitting = Object.entries(pullSecretEntries(secret)).filter(([key]) =>
    isFor(withoutAddress(key), registry, repository),
  );
  fitting.sort(([one], [other]) => withoutAddress(other).length - withoutAddress(one).length);
  return fitting.flatMap(([, entry]) => {
    const credentials = credentialsOf(entry);
    return credentials === undefined ? [] : [{ registry, ...credentials }];
  });
}

/** A key without scheme and version: `harbor.example.com` for `https://harbor.example.com/v2/`. Docker Hub has a name of its own. */
export function withoutAddress(key: string): string {
  const name = key.replace(/^https?:\/\//, '').replace(/\/(?:v[12]\/?)?$/, '');
  return name === 'index.docker.io' ? 'docker.io' : name;
}

function isFor(name: string, registry: string, repository: string): boolean {
  const [host = '', ...path] = name.split('/');
  const parts = host.split('.');
  const theirs = registry.split('.');
  return (
    parts.length === theirs.length &&
    parts.every((part, index) => part === '*' || part === theirs[index]) &&
    `${repository}/`.startsWith([...path, ''].join('/'))
  );
}

/** `auth` wins over the fields beside it. */
function credentialsOf(entry: unknown): Pick<PullAccount, 'username' | 'password'> | undefined {
  const fields = asObject(entry);
  const auth = asString(fields?.auth) ?? '';
  const decoded = Buffer.from(auth, 'base64').toString();
  const colon = decoded.indexOf(':');
  const username = colon > 0 ? decoded.slice(0, colon) : asString(fields?.username);
  const password = colon > 0 ? decoded.slice(colon + 1) : asString(fields?.password);
  if (username === undefined || password === undefined) return undefined;
  for (const form of [password, auth]) registerSecret(form);
  return { username, password };
}
