import { type FieldConflict, fieldManager, isAdmissionRefusal, type KubeObject, statusOf } from '@harbor-pilot/cluster';
import { asObject, PilotError } from '@harbor-pilot/core';
import type { Session } from '../session.ts';
import type { Change } from './plan.ts';

/**
 * Makes one change, or with `dryRun` only lets the cluster check it.
 *
 * The manifests are the truth, as with `kubectl apply`: a field that somebody else manages with another value is taken
 * over, and the timeline says so. The one exception is `spec.replicas` where an autoscaler or `kubectl scale` set it: that
 * number stays.
 * @throws PilotError MANIFESTS_INVALID when the cluster does not accept the content
 */
export async function makeChange(session: Session, change: Change, dryRun: boolean): Promise<KubeObject> {
  const { client, options } = session;
  try {
    if ('operations' in change.what) return await client.patch(change.place, change.what.operations, options.signal);
    const { manifest } = change.what;
    const first = await client.apply(change.place, manifest, { dryRun }, options.signal);
    if ('object' in first) return first.object;
    if (!dryRun) tell(session, change, first.conflicts);
    const yielding = isScaled(first.conflicts) ? withoutReplicas(manifest) : manifest;
    const second = await client.apply(change.place, yielding, { dryRun, force: true }, options.signal);
    if ('object' in second) return second.object;
  } catch (error) {
    throw refusedContent(error, change) ?? error;
  }
  throw new PilotError('ANSWER_UNEXPECTED', `the cluster reports conflicts for ${change.title} in spite of force`, {
    hint: 'Look for an admission webhook, or a proxy before the cluster, that changes requests.',
  });
}

function isScaled(conflicts: readonly FieldConflict[]): boolean {
  return conflicts.some(({ field, subresource }) => field === '.spec.replicas' && subresource === 'scale');
}

function withoutReplicas(manifest: KubeObject): KubeObject {
  const { replicas: _, ...spec } = asObject(manifest.spec) ?? {};
  return { ...manifest, spec };
}

function tell(session: Session, change: Change, conflicts: readonly FieldConflict[]): void {
  for (const { field, manager, subresource } of conflicts) {
    if (field === '.spec.replicas' && subresource === 'scale') {
      session.timeline.add(change.title, `keeps ${field}, which ${manager} scaled`);
    } else if (manager !== fieldManager) {
      session.timeline.add(change.title, `takes over ${field} from ${manager}`);
    }
  }
}

function refusedContent(error: unknown, change: Change): PilotError | undefined {
  const status = statusOf(error);
  if (!(error instanceof PilotError) || error.code !== 'ANSWER_UNEXPECTED' || status === undefined) return undefined;
  return new PilotError('MANIFESTS_INVALID', `${change.position}: ${error.message}`, {
    cause: error,
    hint: hintFor(error.message, status, change),
    details: { position: change.position, status },
  });
}

function hintFor(message: string, status: number, { what }: Change): string {
  if (isAdmissionRefusal(message)) {
    return 'A rule of the cluster does not allow this object. Change the manifest, or ask who keeps the rule.';
  }
  // The operations look first whether the images are still those that were read.
  if ('operations' in what) return 'Somebody else may have changed it meanwhile. Run the rollout again.';
  if (status === 409) {
    return 'Take metadata.resourceVersion and metadata.uid out of the manifest. If it has none, run the rollout again.';
  }
  return 'Correct the manifest. What is immutable in an existing object can only be changed by deleting the object.';
}
