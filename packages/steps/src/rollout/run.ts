import { readdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { PilotError, readPromptly, unreadable } from '@harbor-pilot/core';
import type { Digest } from '@harbor-pilot/oci';
import { renderMarkdown } from '@harbor-pilot/report';
import { checkRollout, type ManifestFile, type RolloutOptions, rollOut, rolloutPartOf } from '@harbor-pilot/rollout';
import type { InputValues, OutputValues, RolloutPart, Runtime } from '@harbor-pilot/step-kit';
import { type Connection, connect } from '../connect.ts';
import { refuseForks } from '../forks.ts';
import { type KubeconfigValues, readKubeconfigInput } from '../kubeconfig-input.ts';
import { addToRecord, imageName } from '../record-file.ts';
import { requireWritableRecord } from '../require-writable.ts';
import { findDigest } from '../subject.ts';
import type { verifySettings } from '../verify/inputs.ts';
import { requireVerified } from '../verify/require-verified.ts';
import { readTerms } from '../verify/terms.ts';
import type { rolloutInputs, rolloutStepInputs, rolloutStepOutputs } from './inputs.ts';

type RolloutValues = InputValues<typeof rolloutInputs>;

/** What a rollout needs from files and inputs, read before anything is changed. */
export interface RolloutPlan {
  readonly kubeconfig: string;
  readonly manifests: readonly ManifestFile[];
}

/** Whether the inputs ask for a rollout at all. */
export function wantsRollout({ manifests, workload }: RolloutValues): boolean {
  return manifests.length > 0 || workload !== undefined;
}

/**
 * Reads kubeconfig and manifests.
 * @throws PilotError INPUT_INVALID, FILE_UNREADABLE
 */
export async function planRollout(values: RolloutValues & KubeconfigValues, runtime: Runtime): Promise<RolloutPlan> {
  checkTogether(values);
  const kubeconfig = await readKubeconfigInput(values, runtime);
  const files = await Promise.all(values.manifests.map((entry) => manifestFiles(entry, runtime.workspace)));
  return { kubeconfig, manifests: files.flat() };
}

/** Inputs that exclude or need each other. */
function checkTogether({ manifests, workload, pullSecret, pullUsername, pullPassword }: RolloutValues): void {
  if (manifests.length > 0 && workload !== undefined) {
    throw new PilotError(
      'INPUT_INVALID',
      `both manifests (${manifests.join(', ')}) and a workload (${workload}) are given`,
      {
        hint: 'Give the workload alone to set its image, or manifests alone to apply them.',
      },
    );
  }
  const pull = { 'pull-secret': pullSecret, 'pull-username': pullUsername, 'pull-password': pullPassword };
  const missing = Object.entries(pull).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length === 1 || missing.length === 2) {
    throw new PilotError(
      'INPUT_INVALID',
      `for a pull secret ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
      {
        hint: 'Give all of pull-secret, pull-username and pull-password (a secret: the variable HARBOR_PILOT_PULL_PASSWORD), or none.',
      },
    );
  }
}

async function manifestFiles(entry: string, workspace: string): Promise<readonly ManifestFile[]> {
  const path = resolve(workspace, entry);
  const found = await stat(path).catch(unreadable(`the manifests ${entry}`));
  const paths = found.isDirectory()
    ? (await readdir(path))
        .filter((name) => /\.ya?ml$/.test(name))
        .sort()
        .map((name) => join(path, name))
    : [path];
  if (paths.length === 0) {
    throw new PilotError('INPUT_INVALID', `the folder ${entry} has no .yml or .yaml file`, {
      hint: 'Look at the input manifests.',
    });
  }
  return Promise.all(
    paths.map(async (file) => {
      const shown = relative(workspace, file);
      const bytes = await readPromptly(file).catch(unreadable(`the manifest ${shown}`));
      return { path: shown, text: bytes.toString('utf8') };
    }),
  );
}

/** Everything that a rollout depends on, whatever the digest. */
function optionsOf(
  values: RolloutValues,
  plan: RolloutPlan,
  connection: Connection,
  runtime: Runtime,
): Omit<RolloutOptions, 'digest'> {
  const { pullSecret, pullUsername, pullPassword } = values;
  const credentials =
    pullSecret === undefined || pullUsername === undefined || pullPassword === undefined
      ? undefined
      : { name: pullSecret, registry: connection.reference.registry, username: pullUsername, password: pullPassword };
  return {
    kubeconfig: plan.kubeconfig,
    context: values.kubeContext,
    manifests: plan.manifests,
    workload: values.workload,
    image: imageName(connection),
    replaces: values.replaces,
    namespace: values.namespace,
    timeoutSeconds: values.rolloutTimeout,
    undoOnFailure: values.undo,
    pullSecret: credentials,
    clock: runtime.clock,
    signal: runtime.signal,
    progress: ({ atSeconds, workload, message }) => runtime.info(`  ${atSeconds.toFixed(1)} s ${workload}: ${message}`),
  };
}

/**
 * Finds out before anything is built whether the cluster would take the rollout.
 * @returns the digests of the image that are deployed now.
 */
export async function checkCluster(
  values: RolloutValues,
  plan: RolloutPlan,
  connection: Connection,
  runtime: Runtime,
): Promise<readonly Digest[]> {
  return checkRollout(optionsOf(values, plan, connection, runtime));
}

/** Rolls a digest out. A failed rollout throws, with its part of the record: {@link rolloutPartOf}. */
export async function roll(
  values: RolloutValues,
  plan: RolloutPlan,
  digest: Digest,
  connection: Connection,
  runtime: Runtime,
): Promise<RolloutPart> {
  return rollOut({ ...optionsOf(values, plan, connection, runtime), digest });
}

/** Runs the step `rollout`. */
export async function runRollout(
  values: InputValues<typeof rolloutStepInputs & typeof verifySettings>,
  runtime: Runtime,
): Promise<OutputValues<typeof rolloutStepOutputs>> {
  await refuseForks('rollout', values.allowForks, runtime);
  await requireWritableRecord(values.record, runtime);
  const terms = await readTerms(values, runtime);
  const connection = await connect(values, runtime);
  const plan = await planRollout(values, runtime);
  const digest = await findDigest(values, connection, runtime);
  if (terms !== undefined) await requireVerified(digest, terms, connection, runtime);
  const note = async (part: RolloutPart): Promise<void> => {
    await runtime.summary(
      renderMarkdown(await addToRecord(values.record, connection, digest, { rollout: part }, runtime)),
    );
  };
  try {
    const part = await roll(values, plan, digest, connection, runtime);
    await note(part);
    return { digest, outcome: part.outcome };
  } catch (error) {
    const part = rolloutPartOf(error);
    if (part !== undefined) await note(part);
    throw error;
  }
}
