import { dig, groupOf, nameOf, type Resource, resources, statusOf, textAt } from '@harbor-pilot/cluster';
import { PilotError } from '@harbor-pilot/core';
import { formatPlatform, parsePlatform } from '@harbor-pilot/oci';
import type { RolloutPart } from '@harbor-pilot/step-kit';
import { mapLimited } from '../concurrency.ts';
import { rolloutFailed } from '../failure.ts';
import type { Session } from '../session.ts';
import { makeChange } from './make-change.ts';
import { type Change, isFollowed } from './plan.ts';

/**
 * Everything that can be known before anything is changed: namespaces, permissions, fitting nodes, and what the cluster
 * itself says to a dry run.
 * @throws PilotError INPUT_INVALID, CLUSTER_AUTH, MANIFESTS_INVALID, CLUSTER_UNREACHABLE
 */
export async function checkChanges(session: Session, changes: readonly Change[]): Promise<void> {
  const missing = await missingNamespaces(session, changes);
  await checkPermissions(session, changes);
  await checkPlatforms(session);
  for (const change of changes) {
    // What goes into a namespace that does not exist yet cannot be tried, nor can what is not applied.
    if ('manifest' in change.what && !missing.has(change.place.namespace ?? ''))
      await makeChange(session, change, true);
  }
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
    const found = await client.get({ resource: resources.namespaces, name }, options.signal).catch((error: unknown) => {
      // An account that may work in a namespace often may not look at the namespace itself.
      if (statusOf(error) === 403) return { kind: 'Namespace' };
      throw error;
    });
    if (found !== undefined) continue;
    if (!made.has(name)) {
      throw new PilotError('INPUT_INVALID', `the namespace ${name} does not exist in the cluster ${client.server}`, {
        hint: 'Create it, correct the input namespace, or add a Namespace to the manifests.',
      });
    }
    missing.add(name);
  }
  return missing;
}

interface Permission {
  readonly verb: string;
  readonly resource: Resource;
  readonly subresource?: string;
  readonly namespace: string | undefined;
  readonly name?: string;
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
  const answers = await mapLimited(needed, (permission) => isAllowed(session, permission));
  const denied = needed.filter((_, index) => !answers[index]).map(describe);
  if (denied.length === 0) return;
  throw new PilotError(
    'CLUSTER_AUTH',
    `the account may not ${denied.join(', ')} in the cluster ${session.client.server}`,
    {
      hint: 'Nothing was changed. Bind a Role with these verbs to the account of the kubeconfig, or use another account.',
      details: { denied: denied.join(', ') },
    },
  );
}

function describe({ verb, resource, namespace, name }: Permission): string {
  const what = name === undefined ? resource.plural : `${resource.plural}/${name}`;
  return `${verb} ${what}${namespace === undefined ? '' : ` in ${namespace}`}`;
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

/** Asks the cluster whether the account may do something. A cluster that cannot be asked is taken to allow it. */
export async function isAllowed(session: Session, permission: Permission): Promise<boolean> {
  const { verb, resource, subresource, namespace, name } = permission;
  const resourceAttributes = {
    verb,
    group: groupOf(resource.apiVersion),
    resource: resource.plural,
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  };
  const { apiVersion, kind } = resources.accessReviews;
  const review = { apiVersion, kind, spec: { resourceAttributes } };
  try {
    const answer = await session.client.create(resources.accessReviews, undefined, review, session.options.signal);
    return dig(answer, 'status', 'allowed') === true;
  } catch (error) {
    if (statusOf(error) === 404) return true;
    throw error;
  }
}

async function checkPlatforms(session: Session): Promise<void> {
  const { client, options } = session;
  if (options.platforms === undefined || options.platforms.length === 0) return;
  const offered = options.platforms.map(parsePlatform);
  let nodes: readonly unknown[];
  try {
    nodes = (await client.list(resources.nodes, undefined, options.signal)).items;
  } catch (error) {
    if (statusOf(error) !== 403) throw error;
    session.timeline.add('nodes', 'not compared with the platforms of the image: the account may not list nodes');
    return;
  }
  const usable = nodes.filter((node) => dig(node, 'spec', 'unschedulable') !== true);
  // A node tells no variant, so that only operating system and architecture can be compared.
  const unfit = usable.filter((node) => !offered.some((one) => platformOf(node) === `${one.os}/${one.architecture}`));
  if (unfit.length === 0) return;
  const names = unfit.slice(0, 5).map((node) => `${nameOf(node)} (${platformOf(node)})`);
  const image = `the image is for ${offered.map(formatPlatform).join(', ')}`;
  if (unfit.length < usable.length) {
    session.timeline.add(
      'nodes',
      `${unfit.length} of ${usable.length} cannot run the image: ${image}; ${names.join(', ')}`,
    );
    return;
  }
  const message = `no node can run the image: ${image}, the nodes are ${names.join(', ')}`;
  const part: RolloutPart = {
    outcome: 'failed',
    namespace: options.namespace,
    workloads: [],
    reasons: [message],
    timeline: session.timeline.entries(),
    durationSeconds: session.timeline.seconds(),
  };
  throw rolloutFailed(message, 'Nothing was changed. Build the image for the platform of the nodes.', part);
}

function platformOf(node: unknown): string {
  const info = (key: string): string => textAt(node, 'status', 'nodeInfo', key);
  return `${info('operatingSystem')}/${info('architecture')}`;
}

/** The kinds to watch, without those that are only a help and that the account may not see. */
export async function watchableScopes(
  session: Session,
  changes: readonly Change[],
): Promise<ReturnType<typeof scopesOf>> {
  const scopes = scopesOf(changes);
  const allowed = await mapLimited(scopes, async ({ resource, namespace }) => {
    if (resource !== resources.events) return true;
    const answers = await mapLimited(['list', 'watch'], (verb) => isAllowed(session, { verb, resource, namespace }));
    return answers.every(Boolean);
  });
  if (!allowed.every(Boolean))
    session.timeline.add('cluster', 'goes on without events, which the account may not watch');
  return scopes.filter((_, index) => allowed[index]);
}
