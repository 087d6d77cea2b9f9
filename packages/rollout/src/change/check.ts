import {
  dig,
  isAllowed,
  type KubeObject,
  listNodes,
  namespaceExists,
  type Permission,
  type Resource,
  requirePermissions,
  resources,
} from '@harbor-pilot/cluster';
import { inParallel, PilotError } from '@harbor-pilot/core';
import { formatPlatform, parsePlatform } from '@harbor-pilot/oci';
import type { RolloutPart } from '@harbor-pilot/step-kit';
import { rolloutFailed } from '../failure.ts';
import type { Session } from '../session.ts';
import { makeChange } from './make-change.ts';
import { type Change, isFollowed } from './plan.ts';

/**
 * Everything that can be known before anything is changed: namespaces, permissions, fitting nodes, pauses, and what the
 * cluster itself says to a dry run.
 * @throws PilotError ROLLOUT_FAILED, INPUT_INVALID, CLUSTER_AUTH, MANIFESTS_INVALID, CLUSTER_UNREACHABLE
 */
export async function checkChanges(session: Session, changes: readonly Change[]): Promise<void> {
  const missing = await missingNamespaces(session, changes);
  await checkPermissions(session, changes);
  await checkPlatforms(session);
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
function refusePaused(session: Session, { place, title }: Change, tried: KubeObject | undefined): void {
  if (place.resource !== resources.deployments || dig(tried, 'spec', 'paused') !== true) return;
  const hint = `Nothing was changed. Resume it, or take "paused" out of its manifest: kubectl rollout resume ${title}.`;
  throw refusedBefore(session, `${title} is paused`, hint);
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

async function checkPlatforms(session: Session): Promise<void> {
  const { client, options } = session;
  if (options.platforms === undefined || options.platforms.length === 0) return;
  const offered = options.platforms.map(parsePlatform);
  const nodes = await listNodes(client, options.signal);
  if (nodes === undefined) {
    session.timeline.add('nodes', 'not compared with the platforms of the image: the account may not list nodes');
    return;
  }
  const usable = nodes.filter(({ away }) => away === undefined);
  // A node tells no variant, so that only operating system and architecture can be compared.
  const unfit = usable.filter(({ platform }) => !offered.some((one) => platform === `${one.os}/${one.architecture}`));
  if (unfit.length === 0) return;
  const names = unfit.slice(0, 5).map(({ name, platform }) => `${name} (${platform})`);
  const image = `the image is for ${offered.map(formatPlatform).join(', ')}`;
  if (unfit.length < usable.length) {
    session.timeline.add(
      'nodes',
      `${unfit.length} of ${usable.length} cannot run the image: ${image}; ${names.join(', ')}`,
    );
    return;
  }
  const message = `no node can run the image: ${image}, the nodes are ${names.join(', ')}`;
  throw refusedBefore(session, message, 'Nothing was changed. Build the image for the platform of the nodes.');
}

/** The error for a rollout that cannot become whole, found before anything was changed. */
function refusedBefore({ options, timeline }: Session, message: string, hint: string): PilotError {
  const part: RolloutPart = {
    outcome: 'failed',
    namespace: options.namespace,
    workloads: [],
    reasons: [message],
    timeline: timeline.entries(),
    durationSeconds: timeline.seconds(),
  };
  return rolloutFailed(message, hint, part);
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
