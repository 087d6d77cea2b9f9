import { type ClusterClient, openCluster } from '@harbor-pilot/cluster';
import { systemClock, toPilotError } from '@harbor-pilot/core';
import type { RolloutPart } from '@harbor-pilot/step-kit';
import { checkChanges, watchableScopes } from './change/check.ts';
import { makeChange } from './change/make-change.ts';
import { type Change, isFollowed, planChanges } from './change/plan.ts';
import { type Changed, undoChange } from './change/undo.ts';
import { rolloutFailed, rolloutPartOf, withRolloutPart } from './failure.ts';
import { type Followed, followWorkloads } from './judge/follow.ts';
import { gatherReasons, hintFor } from './judge/reasons.ts';
import { expectationOf } from './judge/workload-progress.ts';
import type { RolloutOptions } from './options.ts';
import { partOf } from './part.ts';
import type { Session } from './session.ts';
import { createTimeline } from './timeline.ts';
import { openView, type View } from './watch/view.ts';

/**
 * Rolls one digest out: pins the image in the manifests (or in one existing workload), checks everything that can be
 * checked, applies, and follows the workloads until they are whole. When they cannot become whole it gathers the reasons
 * and, if asked to, puts the workloads back. The same digest again changes nothing and succeeds at once.
 *
 * Deployments, StatefulSets and DaemonSets are waited for; other objects are only applied.
 * @throws PilotError ROLLOUT_FAILED; `rolloutPartOf(error)` tells what was done. With nothing changed: MANIFESTS_INVALID,
 *   INPUT_INVALID, CLUSTER_AUTH, CLUSTER_UNREACHABLE, TLS_UNTRUSTED, ANSWER_UNEXPECTED. The reason of `signal` when it is
 *   aborted.
 */
export async function rollOut(options: RolloutOptions): Promise<RolloutPart> {
  const client = await openCluster(options.kubeconfig, options.context, options.clock ?? systemClock);
  try {
    return await rollOutOn(client, options);
  } finally {
    client.close();
  }
}

/** {@link rollOut} on a cluster that is open already. */
export async function rollOutOn(client: ClusterClient, options: RolloutOptions): Promise<RolloutPart> {
  const clock = options.clock ?? systemClock;
  const session: Session = { client, options, clock, timeline: createTimeline(clock, options.progress) };
  const changes = await planChanges(session);
  session.timeline.add('cluster', `${client.server} runs Kubernetes ${await client.version(options.signal)}`);
  await checkChanges(session, changes);
  const view = await openView(client, await watchableScopes(session, changes), clock, options.signal);
  try {
    return await changeAndFollow(session, view, changes);
  } finally {
    view.stop();
  }
}

async function changeAndFollow(session: Session, view: View, changes: readonly Change[]): Promise<RolloutPart> {
  const since = session.clock.now();
  const changed: Changed[] = [];
  try {
    const failure =
      (await applyAll(session, changes, changed)) ?? (await followAll(session, view, changed.map(followedOf), since));
    if (failure === undefined) return partOf(session, view, changed, 'complete', []);
    return await fail(session, view, changed, failure);
  } catch (error) {
    throw interrupted(session, view, changed, error);
  }
}

/** Why the rollout cannot go on. */
interface Failure {
  readonly title: string;
  readonly message: string;
  readonly reasons: readonly string[];
  readonly hint: string;
  /** Whether putting back is ours to do. */
  readonly mayUndo: boolean;
  readonly cause?: unknown;
}

/**
 * Makes the changes and notes those that are followed as soon as they are made. An error after the first of them is a
 * failure of the rollout, which can be undone; an earlier one is thrown as it is.
 */
async function applyAll(
  session: Session,
  changes: readonly Change[],
  changed: Changed[],
): Promise<Failure | undefined> {
  for (const change of changes) {
    try {
      const after = await makeChange(session, change, false);
      if (isFollowed(change)) changed.push({ change, after });
      session.timeline.add(change.title, isFollowed(change) ? describeChange({ change, after }) : 'applied');
    } catch (cause) {
      if (changed.length === 0 || session.options.signal?.aborted) throw cause;
      const { message, hint = 'Correct what the cluster refuses, and run the rollout again.' } = toPilotError(cause);
      return { title: change.title, message, reasons: [message], hint, mayUndo: true, cause };
    }
  }
  return undefined;
}

function describeChange({ change, after }: Changed): string {
  if (change.before === undefined) return 'created';
  const { generation } = expectationOf(after, undefined);
  return generation === expectationOf(change.before, undefined).generation ? 'unchanged' : 'applied';
}

function followedOf({ change, after }: Changed): Followed {
  return { place: change.place, title: change.title, expected: expectationOf(after, change.before) };
}

function deadlineOf(session: Session): Date {
  return new Date(session.clock.now().getTime() + session.options.timeoutSeconds * 1000);
}

async function followAll(
  session: Session,
  view: View,
  followed: readonly Followed[],
  since: Date,
): Promise<Failure | undefined> {
  const ending = await followWorkloads(session, view, followed, deadlineOf(session));
  if (ending === undefined) return undefined;
  const late = ending.state === 'late' ? `not whole after ${session.options.timeoutSeconds} s: ` : '';
  const message = late + ending.message;
  const reasons = await gatherReasons(session, view, { ...ending, message }, since);
  const hint = hintFor(ending, reasons);
  return { title: ending.followed.title, message, reasons, hint, mayUndo: ending.state !== 'superseded' };
}

async function fail(session: Session, view: View, changed: readonly Changed[], failure: Failure): Promise<never> {
  const { title, message, reasons, hint, mayUndo, cause } = failure;
  session.timeline.add(title, `failed: ${message}`);
  const undo = session.options.undoOnFailure && mayUndo;
  const problems = undo ? await undoAll(session, view, changed) : [];
  const outcome = undo && problems.length === 0 ? 'undone' : 'failed';
  const part = partOf(session, view, changed, outcome, [...reasons, ...problems]);
  // Why it failed must not be lost to an interruption of the undoing.
  if (session.options.signal?.aborted) throw withRolloutPart(session.options.signal.reason, part);
  const end = outcome === 'undone' ? 'it was undone' : problems.join('; ') || 'nothing was put back';
  const told = `the rollout of ${title} in ${part.namespace} failed, ${end}: ${message}`;
  throw rolloutFailed(told, hint, part, cause);
}

/** Puts all workloads back and waits until they are whole again. Gives back what could not be put back. */
async function undoAll(session: Session, view: View, changed: readonly Changed[]): Promise<readonly string[]> {
  const problems: string[] = [];
  const followed: Followed[] = [];
  for (const one of [...changed].reverse()) {
    const { title } = one.change;
    try {
      const undone = await undoChange(session, view, one);
      if (undone.state === 'reverted') followed.push(undone.followed);
      if (undone.state === 'left') problems.push(`${title} was not put back: ${undone.why}`);
    } catch (error) {
      problems.push(`${title} could not be put back: ${toPilotError(error).message}`);
    }
  }
  const deadline = deadlineOf(session);
  const ending = await followWorkloads(session, view, followed, deadline).catch((error: unknown) => {
    if (!session.options.signal?.aborted) throw error;
    problems.push('interrupted before all was whole again');
    return undefined;
  });
  if (ending !== undefined) problems.push(`${ending.followed.title} was put back, but is not whole: ${ending.message}`);
  for (const problem of problems) session.timeline.add('undo', problem);
  return problems;
}

/** Gives an error that broke off the rollout the record of what was done so far, where something was. */
function interrupted(session: Session, view: View, changed: readonly Changed[], error: unknown): unknown {
  if (rolloutPartOf(error) !== undefined) return error;
  if (session.timeline.entries().length === 0) return error;
  const why = session.options.signal?.aborted ? 'interrupted' : toPilotError(error).message;
  session.timeline.add('rollout', `${why}: the cluster is left as it is`);
  return withRolloutPart(error, partOf(session, view, changed, 'failed', [`${why}: the cluster is left as it is`]));
}
