import { asObject, asString } from '@harbor-pilot/core';
import type { Pod } from '../kinds/objects.ts';
import { resources } from '../kinds/resources.ts';
import type { Store } from '../store/store.ts';
import type { PullCredentials } from './registry-session.ts';

/** The credentials that a pod has for a repository, and the names of pull secrets that do not exist. */
export interface PullSecrets {
  /** The most specific first; empty: the pull is anonymous. */
  readonly credentials: readonly PullCredentials[];
  readonly missing: readonly string[];
}

/**
 * Looks through a pod's pull secrets.
 * @param repository with its registry, `harbor.example.com/project/app`.
 */
export function findPullSecrets(store: Store, pod: Pod, repository: string): PullSecrets {
  const missing: string[] = [];
  const found: { key: string; credentials: PullCredentials }[] = [];
  for (const { name } of pod.spec.imagePullSecrets ?? []) {
    const secret = store.get(resources.secrets, pod.metadata.namespace, name);
    if (secret === undefined) missing.push(name);
    const encoded = secret?.type === 'kubernetes.io/dockerconfigjson' ? secret.data?.['.dockerconfigjson'] : undefined;
    if (encoded !== undefined) found.push(...readDockerConfig(encoded));
  }
  const fitting = found.filter(({ key }) => key === repository || repository.startsWith(`${key}/`));
  fitting.sort((a, b) => b.key.length - a.key.length);
  return { credentials: fitting.map(({ credentials }) => credentials), missing };
}

function readDockerConfig(encoded: string): { key: string; credentials: PullCredentials }[] {
  // The API has made sure that it is JSON.
  const document = asObject(JSON.parse(Buffer.from(encoded, 'base64').toString()));
  return Object.entries(asObject(document?.auths) ?? {}).flatMap(([key, entry]) => {
    const credentials = readEntry(entry);
    return credentials === undefined ? [] : [{ key: normalizeKey(key), credentials }];
  });
}

/** Keys may be written as addresses: `https://harbor.example.com/v2/`. */
function normalizeKey(key: string): string {
  return key.replace(/^https?:\/\//, '').replace(/\/(?:v[12]\/?)?$/, '');
}

function readEntry(entry: unknown): PullCredentials | undefined {
  const fields = asObject(entry);
  const auth = Buffer.from(asString(fields?.auth) ?? '', 'base64').toString();
  const colon = auth.indexOf(':');
  if (colon > 0) return { username: auth.slice(0, colon), password: auth.slice(colon + 1) };
  const username = asString(fields?.username);
  const password = asString(fields?.password);
  return username === undefined || password === undefined ? undefined : { username, password };
}
