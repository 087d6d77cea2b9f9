import { openCluster } from '@harbor-pilot/cluster';
import { systemClock } from '@harbor-pilot/core';
import { checkChanges } from './change/check.ts';
import { planChanges } from './change/plan.ts';
import type { RolloutOptions } from './options.ts';
import type { Session } from './session.ts';
import { createTimeline } from './timeline.ts';

/**
 * Checks all that a rollout checks before it changes anything, so that a pipeline can find out before it builds: manifests,
 * cluster, permissions. The digest is not known then: any will do.
 * @throws PilotError MANIFESTS_INVALID, INPUT_INVALID, CLUSTER_AUTH, CLUSTER_UNREACHABLE, TLS_UNTRUSTED, ANSWER_UNEXPECTED
 */
export async function checkRollout(options: RolloutOptions): Promise<void> {
  const clock = options.clock ?? systemClock;
  const client = await openCluster(options.kubeconfig, options.context, clock);
  try {
    const session: Session = { client, options, clock, timeline: createTimeline(clock) };
    await client.version(options.signal);
    await checkChanges(session, await planChanges(session));
  } finally {
    client.close();
  }
}
