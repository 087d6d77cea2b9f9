import { PilotError } from '@harbor-pilot/core';
import { refusedCount, renderVerifyMarkdown } from '@harbor-pilot/report';
import type { OutputValues, Runtime, VerifyReport } from '@harbor-pilot/step-kit';
import { connectRegistry } from '../connect.ts';
import { setOutputs } from '../outputs.ts';
import { imageName } from '../record-file.ts';
import { findDigest } from '../subject.ts';
import { verifyOne } from './examine.ts';
import type { verifyStepOutputs } from './inputs.ts';
import { refusalOf } from './refusal.ts';
import { openJson, writeReports } from './report-files.ts';
import { Tally } from './tally.ts';
import { tell } from './tell.ts';
import { nobodyTrusted, readTerms, type VerifyTerms } from './terms.ts';
import type { VerifyStepValues, Work } from './work.ts';

/** Runs the step `verify`. */
export async function runVerify(
  values: VerifyStepValues,
  runtime: Runtime,
): Promise<OutputValues<typeof verifyStepOutputs>> {
  const terms = await readTerms(values, runtime, values.requireAttestations);
  if (terms === undefined) throw nobodyTrusted();
  const startedAt = runtime.clock.now();
  const work =
    values.all === undefined
      ? await oneImage(values, terms, runtime)
      : await (await import('./whole-project.ts')).wholeProject(values, values.all, terms, runtime);
  const tally = new Tally(work.scope);
  await using json = await openJson(values, runtime);
  for await (const image of work.images) {
    tally.add(image);
    await json?.add(image);
  }
  const { head, images } = tally.report(work.subject, terms, work.warnings(), startedAt, runtime);
  await json?.finish(head);
  const report: VerifyReport = { ...head, images };
  tell(report, runtime);
  const folder = await writeReports(report, values, runtime);
  await runtime.summary(renderVerifyMarkdown(report));
  const outputs = { digest: work.digest, ...outputsOf(report), verifyReports: folder };
  const error = refusalOf(report);
  if (error === undefined) return outputs;
  // Later steps want the reports of a refused image, too.
  setOutputs(outputs, runtime);
  throw error;
}

function outputsOf(report: VerifyReport): OutputValues<typeof verifyStepOutputs> {
  const waived = report.terms.waivers.map((waiver) => `insecure-ignore-${waiver}`);
  return {
    verdict: report.verdict,
    verifiedWith: [...report.verifiedWith, ...waived].join(','),
    refusedCount: String(refusedCount(report)),
  };
}

async function oneImage(values: VerifyStepValues, terms: VerifyTerms, runtime: Runtime): Promise<Work> {
  const { image } = values;
  if (image === undefined) {
    throw new PilotError('INPUT_INVALID', 'the input "image" is missing', {
      hint: 'Give the image, or with "all" a project of Harbor.',
    });
  }
  const connection = await connectRegistry({ ...values, image }, runtime);
  const digest = await findDigest(values, connection, runtime);
  const { registry, reference } = connection;
  const { repository, tag } = reference;
  const subject = { registry, repository, digest, tags: tag === undefined ? [] : [tag] };
  return {
    scope: 'image',
    subject: imageName(connection),
    digest,
    warnings: () => [],
    images: (async function* () {
      yield await verifyOne(subject, terms, runtime);
    })(),
  };
}
