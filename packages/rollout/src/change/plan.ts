import {
  dig,
  type KubeObject,
  listAt,
  nameOf,
  namespaceOf,
  type PatchOperation,
  type Place,
  pullSecretObject,
  type Resource,
  resources,
  textAt,
} from '@harbor-pilot/cluster';
import { inParallel, PilotError } from '@harbor-pilot/core';
import { invalid, type ManifestObject, parseManifests } from '../manifests/parse-manifests.ts';
import {
  matchingUses,
  nothingToPin,
  type PinTarget,
  pinnedImage,
  podSpecPath,
  withImages,
} from '../manifests/pin-images.ts';
import type { Session } from '../session.ts';

/** One object that the rollout is going to change. */
export interface Change {
  readonly place: Place;
  /** `deployment/hello`. */
  readonly title: string;
  /** `file:line` of the manifest, or what stands for it in messages. */
  readonly position: string;
  /** The object to apply, or the operations that set the image of an existing one. */
  readonly what: { readonly manifest: KubeObject } | { readonly operations: readonly PatchOperation[] };
  /** The object as it was; only looked up for workloads. */
  readonly before?: KubeObject;
}

// Kinds whose rollout can be followed and undone.
const followedKinds: readonly Resource[] = [resources.deployments, resources.statefulSets, resources.daemonSets];

/** Whether a change is a rollout that is waited for. */
export function isFollowed(change: Change): boolean {
  return followedKinds.includes(change.place.resource);
}

/**
 * Everything that is going to be changed, in the order in which it will be, with the image pinned. Changes nothing.
 * @throws PilotError MANIFESTS_INVALID, INPUT_INVALID, CLUSTER_AUTH, CLUSTER_UNREACHABLE
 */
export async function planChanges(session: Session): Promise<readonly Change[]> {
  const { image, digest, replaces, manifests, pullSecret, namespace } = session.options;
  const target: PinTarget = { image, digest, replaces };
  const objects = parseManifests(manifests);
  const workloads =
    manifests.length > 0 ? await planManifests(session, objects, target) : [await planWorkload(session, target)];
  const secret: Change[] =
    pullSecret === undefined
      ? []
      : [
          {
            place: { resource: resources.secrets, namespace, name: pullSecret.name },
            title: `secret/${pullSecret.name}`,
            position: 'the pull secret',
            what: { manifest: pullSecretObject({ name: pullSecret.name, accounts: [pullSecret] }, namespace) },
          },
        ];
  // The pull secret comes first among the secrets, so that one of the same name in the manifests has the last word.
  return [...secret, ...workloads].sort((a, b) => rankOf(a.place.resource) - rankOf(b.place.resource));
}

const ranks = ['Namespace', 'ServiceAccount', 'Secret', 'ConfigMap'];

/** What others need comes first, what runs comes last. */
function rankOf(resource: Resource): number {
  const rank = ranks.indexOf(resource.kind);
  if (rank >= 0) return rank;
  return podSpecPath({ kind: resource.kind }) === undefined ? ranks.length : ranks.length + 1;
}

async function planManifests(
  session: Session,
  objects: readonly ManifestObject[],
  target: PinTarget,
): Promise<readonly Change[]> {
  const all = objects.map(({ object }) => object);
  if (all.every((object) => matchingUses(object, target).length === 0)) throw nothingToPin(all, target);
  return inParallel(objects, async ({ object, position }) => {
    const place = await placeOf(session, object, position);
    const pinned = withImages(
      object,
      matchingUses(object, target),
      pinnedImage(target),
      session.options.pullSecret?.name,
    );
    const manifest = place.namespace === undefined ? pinned : withNamespace(pinned, place.namespace);
    const change = { place, title: titleAt(place), position, what: { manifest } };
    if (!isFollowed(change)) return change;
    const before = await session.client.get(place, session.options.signal);
    return before === undefined ? change : { ...change, before };
  });
}

async function placeOf(session: Session, object: KubeObject, position: string): Promise<Place> {
  const apiVersion = textAt(object, 'apiVersion');
  const kind = textAt(object, 'kind');
  const resource = await session.client.resource(apiVersion, kind, session.options.signal);
  if (resource === undefined) {
    const hint = 'Correct apiVersion and kind, or install the CustomResourceDefinition first.';
    throw invalid(position, `the cluster has no kind ${kind} of ${apiVersion}`, hint);
  }
  const name = nameOf(object);
  if (!resource.namespaced) return { resource, name };
  return { resource, name, namespace: namespaceOf(object) || session.options.namespace };
}

function withNamespace(object: KubeObject, namespace: string): KubeObject {
  return { ...object, metadata: { ...(dig(object, 'metadata') as KubeObject), namespace } };
}

function titleAt(place: Place): string {
  return `${place.resource.kind.toLowerCase()}/${place.name}`;
}

async function planWorkload(session: Session, target: PinTarget): Promise<Change> {
  const { workload, namespace, signal } = session.options;
  const place = { ...parseWorkload(workload), namespace };
  const before = await session.client.get(place, signal);
  if (before === undefined) {
    throw new PilotError('INPUT_INVALID', `there is no ${titleAt(place)} in the namespace ${namespace}`, {
      hint: 'Correct the input workload or namespace, or give the manifests, so that it can be created.',
    });
  }
  const uses = matchingUses(before, target);
  if (uses.length === 0) throw nothingToPin([before], target);
  const operations = uses.flatMap(({ path, image }): PatchOperation[] => [
    { op: 'test', path: pointer(path), value: image },
    { op: 'replace', path: pointer(path), value: pinnedImage(target) },
  ]);
  operations.push(...pullSecretOperations(before, session.options.pullSecret?.name));
  return { place, title: titleAt(place), position: titleAt(place), what: { operations }, before };
}

function pullSecretOperations(live: KubeObject, name: string | undefined): PatchOperation[] {
  const path = [...(podSpecPath(live) ?? []), 'imagePullSecrets'];
  const secrets = listAt(live, ...path);
  if (name === undefined || secrets.some((secret) => textAt(secret, 'name') === name)) return [];
  if (secrets.length === 0) return [{ op: 'add', path: pointer(path), value: [{ name }] }];
  return [{ op: 'add', path: pointer([...path, '-']), value: { name } }];
}

/** The path as a JSON pointer (RFC 6901); the keys of Kubernetes objects on these paths need no escapes. */
function pointer(path: readonly (string | number)[]): string {
  return `/${path.join('/')}`;
}

function parseWorkload(text: string | undefined): { readonly resource: Resource; readonly name: string } {
  const [kind = '', name = '', ...rest] = (text ?? '').split('/');
  const wanted = kind.toLowerCase();
  const resource = followedKinds.find((one) => one.kind.toLowerCase() === wanted || one.plural === wanted);
  if (resource !== undefined && name !== '' && rest.length === 0) return { resource, name };
  const what = text === undefined ? 'there are neither manifests nor a workload' : `"${text}" is not a workload`;
  throw new PilotError('INPUT_INVALID', what, {
    hint: 'Give manifests, or a workload as deployment/NAME, statefulset/NAME or daemonset/NAME.',
  });
}
