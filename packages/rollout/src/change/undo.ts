import {
  countAt,
  dig,
  type KubeObject,
  nameOf,
  namespaceOf,
  type PatchOperation,
  resources,
  revisionOf,
  statusOf,
  textAt,
} from '@harbor-pilot/cluster';
import { PilotError, toPilotError } from '@harbor-pilot/core';
import type { Followed } from '../judge/follow.ts';
import { currentPods, replicaSetsOf } from '../judge/pods.ts';
import { conditionOf, expectationOf, imagesOf } from '../judge/workload-progress.ts';
import type { Session } from '../session.ts';
import type { View } from '../watch/view.ts';
import type { Change } from './plan.ts';

/** A workload after its change. */
export interface Changed {
  readonly change: Change;
  /** What the cluster answered to the change. */
  readonly after: KubeObject;
}

/** What came of putting one workload back. */
export type Undone =
  | { readonly state: 'reverted'; readonly followed: Followed }
  | { readonly state: 'deleted' }
  | { readonly state: 'left'; readonly why: string };

const attempts = 3;
const deletionSeconds = 10;

/**
 * Puts a workload back: one that did not exist before is deleted; any other gets its previous pod template, as
 * `kubectl rollout undo` does it (a patch of `spec.template`, so that other fields stay). A workload that somebody else has
 * given another image meanwhile is left alone, whichever it is. Other objects, such as ConfigMaps, stay as they were applied.
 */
export async function undoChange(session: Session, view: View, { change, after }: Changed): Promise<Undone> {
  const { client, timeline } = session;
  if (change.before === undefined) {
    const found = await client.get(change.place);
    if (found !== undefined && isTaken(found, after)) return taken;
    await client.delete(change.place);
    await untilGone(session, view, change);
    timeline.add(change.title, 'deleted: it did not exist before');
    return { state: 'deleted' };
  }
  const template = previousTemplate(view, change.before, after);
  if (template === undefined) return { state: 'left', why: 'it has no earlier revision' };
  if (isSame(template, dig(after, 'spec', 'template')))
    return { state: 'left', why: 'its pod template is what it was before' };
  for (let attempt = 1; ; attempt += 1) {
    const live = await client.get(change.place);
    if (live === undefined || isTaken(live, after)) return taken;
    const operations: PatchOperation[] = [
      { op: 'test', path: '/metadata/generation', value: countAt(live, 'metadata', 'generation') },
      { op: 'replace', path: '/spec/template', value: template },
    ];
    try {
      const patched = await client.patch(change.place, operations);
      const followed = { place: change.place, title: change.title, expected: expectationOf(patched, live) };
      timeline.add(change.title, 'put back to its previous pod template');
      if (change.place.resource === resources.statefulSets) await deleteStuckPods(session, view, { change, after });
      return { state: 'reverted', followed };
    } catch (error) {
      if (attempt === attempts || !isRaced(error)) throw error;
    }
  }
}

const taken: Undone = { state: 'left', why: 'somebody else changed it meanwhile' };

/** Whether a workload has other images by now than we gave it. */
function isTaken(live: KubeObject, after: KubeObject): boolean {
  return imagesOf(live) !== imagesOf(after);
}

/**
 * Deletes the pods of a failed template that are not ready: a StatefulSet waits for them for ever before it takes the next
 * template to them (Kubernetes 1.34, StatefulSets, "Forced rollback").
 */
async function deleteStuckPods({ client, timeline }: Session, view: View, { change, after }: Changed): Promise<void> {
  const stuck = currentPods(view, after).filter((pod) => textAt(conditionOf(pod, 'Ready'), 'status') !== 'True');
  for (const pod of stuck) {
    const name = nameOf(pod);
    try {
      await client.delete({ resource: resources.pods, namespace: namespaceOf(pod), name });
      timeline.add(change.title, `pod/${name} deleted, since the StatefulSet would wait for it`);
    } catch (error) {
      timeline.add(change.title, `waits for pod/${name}, which could not be deleted: ${toPilotError(error).message}`);
    }
  }
}

/** Deleting an object takes effect when its watch says so. */
async function untilGone(session: Session, view: View, { place }: Change): Promise<void> {
  const deadline = session.clock.now().getTime() + deletionSeconds * 1000;
  while (view.find(place.resource, place.namespace ?? '', place.name) !== undefined) {
    if (session.clock.now().getTime() > deadline) return;
    await view.changed(500);
  }
}

/** Both come from the same API server, which writes equal templates in the same order. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Somebody changed the object between our look and our patch; the test in the patch noticed. */
function isRaced(error: unknown): boolean {
  return error instanceof PilotError && [409, 422].includes(statusOf(error) ?? 0);
}

/**
 * The template from before the change. A change that changed nothing (the same digest again) has none of its own; then it
 * is that of the newest older revision, as long as the cluster keeps it.
 */
function previousTemplate(view: View, before: KubeObject, after: KubeObject): unknown {
  const changed = countAt(after, 'metadata', 'generation') !== countAt(before, 'metadata', 'generation');
  if (changed) return dig(before, 'spec', 'template');
  const current = revisionOf(after) ?? 0;
  const older = replicaSetsOf(view, after)
    .filter((replicaSet) => (revisionOf(replicaSet) ?? current) < current)
    .sort((a, b) => (revisionOf(b) ?? 0) - (revisionOf(a) ?? 0));
  const template = structuredClone(dig(older[0], 'spec', 'template'));
  // The label that the controller adds to a ReplicaSet's pods belongs to the ReplicaSet, not to the Deployment.
  const labels = dig(template, 'metadata', 'labels');
  if (typeof labels === 'object' && labels !== null) delete (labels as Record<string, unknown>)['pod-template-hash'];
  return template;
}
