import { join, resolve } from 'node:path';
import { makeFolder, PilotError, redact, writeWhole } from '@harbor-pilot/core';
import {
  type CheckResult,
  clusterChecks,
  connectionChecks,
  type DoctorContext,
  examine,
  harborChecks,
} from '@harbor-pilot/doctor';
import { describeCounts, renderExaminationHtml, renderExaminationMarkdown } from '@harbor-pilot/report';
import { type Examination, kebabName, type OutputValues, type Runtime } from '@harbor-pilot/step-kit';
import { type DoctorValues, openContext } from './context.ts';
import type { doctorStepOutputs } from './inputs.ts';
import { createPrinter } from './printer.ts';

/** The longest that one check may take; the tries of a request are over before. */
const checkSeconds = 60;

/** Runs the step `doctor`. What was found is told and written however it ends; a failed check ends the step. */
export async function runDoctor(
  values: DoctorValues,
  runtime: Runtime,
): Promise<OutputValues<typeof doctorStepOutputs>> {
  const { clock, signal } = runtime;
  const context = await openContext(values, runtime);
  const startedAt = clock.now().toISOString();
  const printer = createPrinter(runtime);
  const results = await examine([...connectionChecks(context), ...harborChecks(context), ...clusterChecks(context)], {
    clock,
    signal,
    timeoutSeconds: checkSeconds,
    progress: printer.print,
  });
  printer.end();
  const checks = results.map(withoutSecrets);
  const finishedAt = clock.now().toISOString();
  const examination = describeExamination(context, { run: runtime.run, startedAt, finishedAt, checks });
  runtime.info(describeCounts(checks));
  await runtime.summary(renderExaminationMarkdown(examination));
  const isWritten = await write(examination, values.report, runtime);
  const outputs = outputsOf(checks, isWritten ? values.report : undefined);
  const cause = checks.find(({ status }) => status === 'failed');
  if (cause === undefined) return outputs;
  for (const [name, value] of Object.entries(outputs)) {
    if (value !== undefined) runtime.setOutput(kebabName(name), value);
  }
  throw failureOf(cause);
}

/** The texts are cleared one by one: in a finished page a short password could be part of the page itself. */
function withoutSecrets({ seen, advice, facts, ...check }: CheckResult): CheckResult {
  return {
    ...check,
    seen: redact(seen),
    ...(advice === undefined ? {} : { advice: redact(advice) }),
    ...(facts === undefined ? {} : { facts: facts.map(redact) }),
  };
}

function describeExamination(
  { host, project, repository = project, credentials }: DoctorContext,
  found: Pick<Examination, 'run' | 'startedAt' | 'finishedAt' | 'checks'>,
): Examination {
  return {
    schemaVersion: 1,
    host,
    ...(repository === undefined ? {} : { repository }),
    ...(credentials === undefined ? {} : { username: credentials.username }),
    ...found,
  };
}

/** Writes the files. That they cannot be written is a warning: what was found has been told. */
async function write(examination: Examination, report: string, runtime: Runtime): Promise<boolean> {
  const folder = resolve(runtime.workspace, report);
  const files = {
    'doctor.json': `${JSON.stringify(examination, undefined, 2)}\n`,
    'doctor.md': renderExaminationMarkdown(examination),
    'doctor.html': renderExaminationHtml(examination),
  };
  try {
    await makeFolder(folder);
    for (const [name, text] of Object.entries(files)) await writeWhole(join(folder, name), text);
    return true;
  } catch (error) {
    if (!(error instanceof PilotError)) throw error;
    runtime.warn(error.message);
    return false;
  }
}

function outputsOf(checks: readonly CheckResult[], report: string | undefined): OutputValues<typeof doctorStepOutputs> {
  const count = (status: CheckResult['status']): string =>
    String(checks.filter((check) => check.status === status).length);
  return {
    ok: count('ok'),
    warnings: count('warning'),
    failed: count('failed'),
    skipped: count('skipped'),
    cause: checks.find(({ status }) => status === 'failed')?.id,
    report,
  };
}

function failureOf({ id, title, seen, advice, code = 'INTERNAL' }: CheckResult): PilotError {
  return new PilotError(code, `${title}: ${seen}`, {
    details: { check: id },
    hint: advice,
  });
}
