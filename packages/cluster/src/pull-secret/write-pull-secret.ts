import { statusOf } from '../api-error.ts';
import type { Applied, ClusterClient, Place } from '../cluster-client.ts';
import { type KubeObject, textAt } from '../kube-object.ts';
import { resources } from '../resources.ts';
import { type PullSecretContent, pullSecretObject } from './pull-secret-object.ts';
import { pullSecretEntries, withoutAddress } from './read-pull-secret.ts';

/** What came of writing a pull secret. */
export interface WrittenSecret {
  readonly outcome: 'created' | 'refreshed' | 'unchanged';
  /** Who managed its content until now, where that was somebody else. */
  readonly takenFrom: readonly string[];
}

const attempts = 5;

/** Where a pull secret is. */
export function pullSecretPlace(namespace: string, name: string): Place {
  return { resource: resources.secrets, namespace, name };
}

/** Entries of a pull secret that are about other registries than these. */
export function otherEntries(secret: KubeObject, { accounts }: PullSecretContent): KubeObject {
  const own = accounts.map(({ registry }) => registry);
  const others = Object.entries(pullSecretEntries(secret)).filter(([key]) => !own.includes(withoutAddress(key)));
  return Object.fromEntries(others);
}

/**
 * Creates or refreshes the pull secret of a namespace with a server-side apply, which leaves no copy of the content in an
 * annotation. What it holds for other registries stays; when it changes in between, it is read again.
 */
export async function writePullSecret(
  client: ClusterClient,
  namespace: string,
  content: PullSecretContent,
  signal: AbortSignal | undefined,
): Promise<WrittenSecret> {
  const place = pullSecretPlace(namespace, content.name);
  for (let attempt = 1; ; attempt += 1) {
    const before = await client.get(place, signal);
    const wanted = pullSecretObject(content, namespace, before === undefined ? {} : otherEntries(before, content));
    try {
      return await apply(client, place, before, wanted, signal);
    } catch (error) {
      if (attempt === attempts || statusOf(error) !== 409) throw error;
    }
  }
}

async function apply(
  client: ClusterClient,
  place: Place,
  before: KubeObject | undefined,
  wanted: KubeObject,
  signal: AbortSignal | undefined,
): Promise<WrittenSecret> {
  const version = textAt(before, 'metadata', 'resourceVersion');
  const object = version === '' ? wanted : withVersion(wanted, version);
  const first = await client.apply(place, object, {}, signal);
  const takenFrom = 'conflicts' in first ? [...new Set(first.conflicts.map(({ manager }) => manager))] : [];
  const applied: Applied = 'conflicts' in first ? await client.apply(place, object, { force: true }, signal) : first;
  const after = 'object' in applied ? textAt(applied.object, 'metadata', 'resourceVersion') : '';
  if (before === undefined) return { outcome: 'created', takenFrom };
  return { outcome: after === version ? 'unchanged' : 'refreshed', takenFrom };
}

function withVersion(object: KubeObject, resourceVersion: string): KubeObject {
  return { ...object, metadata: { ...(object.metadata as KubeObject), resourceVersion } };
}
