import { join } from 'node:path';
import { messageOf, PilotError } from '@harbor-pilot/core';
import { type Layout, parseManifest } from '@harbor-pilot/oci';
import { fixedFirst } from '@harbor-pilot/registry';
import { rolloutPartOf } from '@harbor-pilot/rollout';
import type { GatePart, ReleaseRecord, Runtime } from '@harbor-pilot/step-kit';
import { type Built, build } from '../build/run.ts';
import type { Connection } from '../connect.ts';
import { setOutputs } from '../outputs.ts';
import { lookAtTags } from '../push/deliver-to-all.ts';
import { push } from '../push/run.ts';
import { quarantineTagOf } from '../push/tags.ts';
import { newRecord } from '../record-file.ts';
import { roll } from '../rollout/run.ts';
import { gate } from '../scan-gate/gate.ts';
import { refusal } from '../scan-gate/refusal.ts';
import { serverOf } from '../sign/server.ts';
import { sign, taskOf } from '../sign/sign-image.ts';
import type { ImageTree } from '../subject.ts';
import { requireVerified } from '../verify/require-verified.ts';
import type { ReleaseValues } from './inputs.ts';
import type { ReleasePlan } from './plan.ts';

/** One release under way: what it is about, and what it has done so far. */
interface Release {
  readonly values: ReleaseValues;
  readonly plan: ReleasePlan;
  readonly connection: Connection;
  readonly runtime: Runtime;
  readonly built: Built;
  /** Adds to the record. */
  note(part: Partial<ReleaseRecord>): void;
}

/**
 * Takes an image the whole way: build → push under a quarantine tag → sign → scan and gate → release tags → rollout.
 * @param onRecord told whenever there is more in the record, so that it is there however the release ends.
 * @throws PilotError GATE_REFUSED before any tag was moved; ROLLOUT_FAILED; and what the parts throw.
 */
export async function releaseImage(
  values: ReleaseValues,
  plan: ReleasePlan,
  connection: Connection,
  runtime: Runtime,
  onRecord: (record: ReleaseRecord) => void,
): Promise<void> {
  const startedAt = runtime.clock.now().toISOString();
  const directory = join(await runtime.temporaryFolder(), 'image');
  const built = await runtime.group('Build', () => build(values, directory, connection, runtime));
  let record: ReleaseRecord = { ...newRecord(connection, built.root.digest, runtime), startedAt, build: built.part };
  const note = (part: Partial<ReleaseRecord>): void => {
    record = { ...record, ...part, finishedAt: runtime.clock.now().toISOString() };
    onRecord(record);
  };
  note({ outcome: 'failed' });
  const release: Release = { values, plan, connection, runtime, built, note };
  await pushInQuarantine(release);
  if (values.signWhen === 'before-gate') await signImage(release);
  const verdict = await passGate(release);
  if (values.signWhen === 'after-gate') await signIfPassed(release, verdict);
  await moveTags(release);
  await rollImageOut(release);
  note({ outcome: 'released' });
}

async function pushInQuarantine({ plan, connection, runtime, built, note }: Release): Promise<void> {
  const { registry, reference, harbor } = connection;
  const { root, layout } = built;
  const tag = quarantineTagOf(root.digest);
  await lookAtTags(root.digest, [{ registry, reference, advisor: harbor, tags: plan.tags }]);
  await runtime.group(`Push as ${tag}`, () =>
    push(root, layout, [{ registry, reference, harbor, tags: [tag] }], runtime, async (part) => note({ push: part })),
  );
}

async function signImage({ plan, connection, runtime, built, note }: Release): Promise<void> {
  const { signing, terms } = plan;
  if (signing === undefined) return;
  note({
    signature: await runtime.group('Sign', async () => {
      const server = await serverOf(connection, runtime);
      const target = { root: built.root, source: built.layout, connection, server };
      return sign(await taskOf(target, signing, runtime), signing, runtime);
    }),
  });
  // What runs it later verifies by the same rules: better to know now that it would refuse.
  if (terms !== undefined) {
    await runtime.group('Verify', () => requireVerified(built.root.digest, terms, connection, runtime));
  }
}

/** A signature after the gate means that the image passed, so one that was let through all the same gets none. */
async function signIfPassed(release: Release, { verdict }: GatePart): Promise<void> {
  if (verdict === 'passed') return signImage(release);
  release.runtime.warn('the image is not signed: after-gate signs only what has passed the gate');
}

async function passGate({ plan, connection, runtime, built, note }: Release): Promise<GatePart> {
  const tree = await treeOf(built);
  const { report, part, outputs } = await runtime.group('Scan and gate', () =>
    gate(plan.gate, tree, connection, runtime),
  );
  setOutputs(outputs, runtime);
  note({ gate: part });
  const error = refusal(report, runtime);
  if (error === undefined) return part;
  note({ outcome: 'refused' });
  throw error;
}

async function treeOf({ root, layout }: { readonly root: Built['root']; readonly layout: Layout }): Promise<ImageTree> {
  const parsed = parseManifest(await layout.read(root), root.mediaType);
  return { root, children: parsed.kind === 'index' ? parsed.index.manifests : [] };
}

async function moveTags({ plan, connection, runtime, built, note }: Release): Promise<void> {
  const { registry, harbor, project, name, reference } = connection;
  const tags = fixedFirst(plan.tags);
  await runtime.group(`Tag ${tags.join(', ')}`, async () => {
    const bytes = await built.layout.read(built.root);
    for (const [index, tag] of tags.entries()) {
      runtime.signal.throwIfAborted();
      await registry
        .pushManifest(reference.repository, { descriptor: built.root, bytes }, tag)
        .catch((error: unknown) => {
          if (runtime.signal.aborted)
            runtime.warn(`the tag ${tag} may be set: it was on its way when the release ended`);
          throw error;
        });
      // Noted one by one: the next tag may be refused.
      note({ tags: tags.slice(0, index + 1) });
      runtime.info(`  ${tag} is ${built.root.digest}`);
    }
  });
  const quarantine = quarantineTagOf(built.root.digest);
  await harbor.deleteTag(project, name, built.root.digest, quarantine).catch((error: unknown) => {
    const hint = error instanceof PilotError && error.hint !== undefined ? ` ${error.hint}` : '';
    runtime.warn(`the tag ${quarantine} stays: ${messageOf(error)}.${hint}`);
  });
}

async function rollImageOut({ values, plan, connection, runtime, built, note }: Release): Promise<void> {
  const { rollout } = plan;
  if (rollout === undefined) return;
  try {
    note({
      rollout: await runtime.group(`Roll out to ${values.namespace}`, () =>
        roll(values, rollout, built.root.digest, connection, runtime),
      ),
    });
  } catch (error) {
    const part = rolloutPartOf(error);
    if (part !== undefined) note({ rollout: part, outcome: 'rollout-failed' });
    throw error;
  }
}
