import { resolve } from 'node:path';
import { PilotError, secondsSince, writeWhole } from '@harbor-pilot/core';
import { formatReference } from '@harbor-pilot/oci';
import { renderHtml, renderMarkdown } from '@harbor-pilot/report';
import type { OutputValues, ReleaseRecord, Runtime } from '@harbor-pilot/step-kit';
import { connect } from '../connect.ts';
import { refuseForks } from '../forks.ts';
import { setOutputs } from '../outputs.ts';
import { writeRecord } from '../record-file.ts';
import type { ReleaseValues, releaseStepOutputs } from './inputs.ts';
import { prepare, type ReleasePlan } from './plan.ts';
import { releaseImage } from './release-image.ts';

/** Runs the step `release`. The record and the report are written however it ends. */
export async function runRelease(
  values: ReleaseValues,
  runtime: Runtime,
): Promise<OutputValues<typeof releaseStepOutputs>> {
  await refuseForks('release', values.allowForks, runtime);
  const connection = await connect(values, runtime);
  const plan = await prepare(values, connection, runtime);
  let record: ReleaseRecord | undefined;
  try {
    await releaseImage(values, plan, connection, runtime, (next) => {
      record = next;
    });
  } catch (error) {
    if (record !== undefined && runtime.signal.aborted) record = { ...record, outcome: 'interrupted' };
    // What went wrong with the release matters more than that it could not be written down.
    if (record !== undefined) await publish(record, values, runtime).catch((other) => runtime.warn(String(other)));
    throw error;
  }
  if (record !== undefined) await publish(record, values, runtime);
  return released(record, plan, runtime);
}

function released(
  record: ReleaseRecord | undefined,
  plan: ReleasePlan,
  runtime: Runtime,
): OutputValues<typeof releaseStepOutputs> {
  if (record === undefined) throw new PilotError('INTERNAL', 'the release ended without a record');
  const { registry, repository } = plan.reference;
  const reference = formatReference({ registry, repository, digest: record.digest });
  const seconds = secondsSince(new Date(record.startedAt), runtime.clock);
  runtime.info(`released ${reference} in ${seconds.toFixed(1)} s`);
  return { digest: record.digest, reference };
}

async function publish(record: ReleaseRecord, values: ReleaseValues, runtime: Runtime): Promise<void> {
  await writeRecord(values.record, record, runtime);
  await writeWhole(resolve(runtime.workspace, values.report), renderHtml([record]));
  setOutputs({ record: values.record, report: values.report }, runtime);
  await runtime.summary(renderMarkdown(record));
}
