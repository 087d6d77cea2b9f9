import {
  dig,
  isAllowed,
  type KubeObject,
  namespaceExists,
  type Permission,
  type Resource,
  requirePermissions,
  resources,
} from '@harbor-pilot/cluster';
import { inParallel, PilotError } from '@harbor-pilot/core';
import { rolloutFailed } from '../failure.ts';
import type { Session } from '../session.ts';
import { makeChange } from './make-change.ts';
import { type Change, isFollowed } from './plan.ts';

/**
 * Everything that can be known before anything is changed: namespaces, permissions, pauses, and what the cluster itself
 * says to a dry run.
 * @throws PilotError ROLLOUT_FAILED, INPUT_INVALID, CLUSTER_AUTH, MANIFESTS_INVALID, CLUSTER_UNREACHABLE
 */
export async function checkChanges(session: Session, changes: readonly Change[]): Promise<void> {
  const missing = await missingNamespaces(session, changes);
  await checkPermissions(session, changes);
  for (const change of changes) {
    // What goes into a namespace that does not exist yet cannot be tried, nor can what is not applied.
    const tried =
      'manifest' in change.what && !missing.has(change.place.namespace ?? '')
        ? await makeChange(session, change, true)
        : change.before;
    refusePaused(session, change, tried);
  }
}

/** A paused Deployment takes a new image and does nothing with it. */
function refusePaused({ options, timeline }: Session, { place, title }: Change, tried: KubeObject | undefined): void {
  if (place.resource !== resources.deployments || dig(tried, 'spec', 'paused') !== true) return;
  const message = `${title} is paused`;
  const hint = `Nothing was changed. Resume it, or take "paused" out of its manifest: kubectl rollout resume ${title}.`;
  throw rolloutFailed(message, hint, {
    outcome: 'failed',
    namespace: options.namespace,
    workloads: [],
    reasons: [message],
    timeline: timeline.entries(),
    durationSeconds: timeline.seconds(),
  });
}

/** The namespaces of the changes that the manifests are going to make. */
async function missingNamespaces(session: Session, changes: readonly Change[]): Promise<ReadonlySet<string>> {
  const { client, options } = session;
  const made = new Set(
    changes.filter(({ place }) => place.resource.kind === 'Namespace').map(({ place }) => place.name),
  );
  const used = [...new Set(changes.flatMap(({ place }) => place.namespace ?? []))];
  const missing = new Set<string>();
  for (const name of used) {
    if (await namespaceExists(client, name, options.signal)) continue;
    if (!made.has(name)) {
      throw new PilotError('INPUT_INVALID', `the namespace ${name} does not exist in the cluster ${client.server}`, {
        hint: 'Create it, correct the input namespace, or add a Namespace to the manifests.',
      });
    }
    missing.add(name);
  }
  return missing;
}

async function checkPermissions(session: Session, changes: readonly Change[]): Promise<void> {
  const needed = changes.flatMap((change): Permission[] => {
    const { resource, namespace, name } = change.place;
    const verbs = ['patch', ...(isFollowed(change) && change.before === undefined ? ['create'] : [])];
    return verbs.map((verb) => ({ verb, resource, namespace, name }));
  });
  for (const { resource, namespace } of scopesOf(changes)) {
    if (resource.kind === 'Event') continue;
    needed.push({ verb: 'list', resource, namespace }, { verb: 'watch', resource, namespace });
  }
  await requirePermissions(session.client, needed, session.options.signal);
}

/** Which kinds have to be watched where, to follow the workloads among the changes. */
export function scopesOf(
  changes: readonly Change[],
): readonly { readonly resource: Resource; readonly namespace: string }[] {
  const followed = changes.filter(isFollowed);
  return [...new Set(followed.map(({ place }) => place.namespace ?? ''))].flatMap((namespace) => {
    const kinds = new Set(
      followed.filter(({ place }) => place.namespace === namespace).map(({ place }) => place.resource),
    );
    const owners = kinds.has(resources.deployments) ? [resources.replicaSets] : [];
    return [...kinds, ...owners, resources.pods, resources.events].map((resource) => ({ resource, namespace }));
  });
}

/** The kinds to watch, without those that are only a help and that the account may not see. */
export async function watchableScopes(
  session: Session,
  changes: readonly Change[],
): Promise<ReturnType<typeof scopesOf>> {
  const { client, options } = session;
  const scopes = scopesOf(changes);
  const allowed = await inParallel(scopes, async ({ resource, namespace }) => {
    if (resource !== resources.events) return true;
    const answers = await inParallel(['list', 'watch'], (verb) =>
      isAllowed(client, { verb, resource, namespace }, options.signal),
    );
    return answers.every(Boolean);
  });
  if (!allowed.every(Boolean))
    session.timeline.add('cluster', 'goes on without events, which the account may not watch');
  return scopes.filter((_, index) => allowed[index]);
}
