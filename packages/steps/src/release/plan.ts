import { resolve } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import type { Reference } from '@harbor-pilot/oci';
import type { Runtime } from '@harbor-pilot/step-kit';
import type { Connection } from '../connect.ts';
import { releaseTags } from '../push/tags.ts';
import { requireWritable } from '../require-writable.ts';
import { checkCluster, planRollout, type RolloutPlan, wantsRollout } from '../rollout/run.ts';
import { comparedWithDeployed, type GatePlan, planGate } from '../scan-gate/plan.ts';
import { planSigning, type SigningPlan, wantsSigning } from '../sign/plan.ts';
import { readTerms, type VerifyTerms } from '../verify/terms.ts';
import type { ReleaseValues } from './inputs.ts';

/** Everything that a release needs from outside, read and checked before anything is changed. */
export interface ReleasePlan {
  readonly reference: Reference;
  readonly tags: readonly string[];
  readonly signing: SigningPlan | undefined;
  /** By which the signature is verified once it is there. */
  readonly terms: VerifyTerms | undefined;
  readonly gate: GatePlan;
  readonly rollout: RolloutPlan | undefined;
}

/**
 * Reads keys, policy and manifests, checks tags, credentials, project and cluster.
 * @throws PilotError of the families usage, auth and infrastructure
 */
export async function prepare(values: ReleaseValues, connection: Connection, runtime: Runtime): Promise<ReleasePlan> {
  const { reference, registry } = connection;
  const tags = releaseTags(values.tags, connection);
  if (tags.length === 0) {
    throw new PilotError('INPUT_INVALID', 'the release has no tag', {
      hint: 'Write the image as project/repository:tag, or give the input tags.',
    });
  }
  if (reference.digest !== undefined) {
    throw new PilotError(
      'INPUT_INVALID',
      `the image names the digest ${reference.digest}, but a release builds a new one`,
      {
        hint: 'Write the image as project/repository:tag.',
      },
    );
  }
  for (const file of [values.record, values.report]) await requireWritable(resolve(runtime.workspace, file));
  const gate = await planGate(values, runtime);
  const signing = wantsSigning(values) ? await planSigning(values, runtime) : undefined;
  if (signing === undefined)
    runtime.warn('the image will not be signed: none of "key", "signer-command" and "keyless" is given');
  const terms = await readTerms(values, runtime);
  const rollout = wantsRollout(values) ? await planRollout(values, runtime) : undefined;
  if (rollout === undefined) runtime.warn('nothing will be rolled out: neither "manifests" nor "workload" is given');
  await registry.ping();
  // Tells an unknown project from an empty repository, with the rights that a push needs and no more.
  await registry.find(reference.repository, tags[0] ?? 'latest').catch(ignorePolicyRefusal);
  const deployed = rollout === undefined ? undefined : await checkCluster(values, rollout, connection, runtime);
  return { reference, tags, signing, terms, gate: comparedWithDeployed(gate, deployed), rollout };
}

/** A tag that Harbor's policy refuses to give out is there all the same. */
function ignorePolicyRefusal(error: unknown): undefined {
  if (error instanceof PilotError && error.code === 'PULL_REFUSED') return undefined;
  throw error;
}
