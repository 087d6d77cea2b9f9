import { openCluster } from '@harbor-pilot/cluster';
import { systemClock } from '@harbor-pilot/core';
import { type Digest, parseReference } from '@harbor-pilot/oci';
import { checkChanges } from './change/check.ts';
import { type Change, planChanges } from './change/plan.ts';
import { matchingUses } from './manifests/pin-images.ts';
import type { RolloutOptions } from './options.ts';
import type { Session } from './session.ts';
import { createTimeline } from './timeline.ts';

/**
 * Checks all that a rollout checks before it changes anything, so that a pipeline can find out before it builds: manifests,
 * cluster, permissions. The digest is not known then.
 * @returns the digests of the image that the workloads have now.
 * @throws PilotError MANIFESTS_INVALID, INPUT_INVALID, CLUSTER_AUTH, CLUSTER_UNREACHABLE, TLS_UNTRUSTED, ANSWER_UNEXPECTED
 */
export async function checkRollout(given: Omit<RolloutOptions, 'digest'>): Promise<readonly Digest[]> {
  const options = { ...given, digest: anyDigest };
  const clock = options.clock ?? systemClock;
  const client = await openCluster(options.kubeconfig, options.context, clock);
  try {
    const session: Session = { client, options, clock, timeline: createTimeline(clock) };
    await client.version(options.signal);
    const changes = await planChanges(session);
    await checkChanges(session, changes);
    return deployedDigests(changes, options);
  } finally {
    client.close();
  }
}

/** Stands for the digest in what the cluster is asked about. */
const anyDigest: Digest = `sha256:${'0'.repeat(64)}`;

function deployedDigests(changes: readonly Change[], { image, digest }: RolloutOptions): readonly Digest[] {
  const uses = changes.flatMap(({ before }) => (before === undefined ? [] : matchingUses(before, { image, digest })));
  const digests = uses.flatMap((use) => parseReference(use.image, 'docker.io').digest ?? []);
  return [...new Set(digests)];
}
