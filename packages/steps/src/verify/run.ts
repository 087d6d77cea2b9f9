import { formatCount, PilotError } from '@harbor-pilot/core';
import { createHarbor } from '@harbor-pilot/harbor';
import { parseHost, parseReference } from '@harbor-pilot/oci';
import { refusedCount, renderVerifyMarkdown } from '@harbor-pilot/report';
import type { InputValues, OutputValues, Runtime, VerifiedImage, VerifyReport } from '@harbor-pilot/step-kit';
import { connect, openRegistries, signerAgent } from '../connect.ts';
import { setOutputs } from '../outputs.ts';
import { imageName } from '../record-file.ts';
import { findDigest } from '../subject.ts';
import { verifyOne } from './examine.ts';
import type { termSettings, verifyStepInputs, verifyStepOutputs } from './inputs.ts';
import { refusalOf } from './refusal.ts';
import { openJson, writeReports } from './report-files.ts';
import { type LeftOut, sweepProject } from './sweep.ts';
import { Tally } from './tally.ts';
import { tell } from './tell.ts';
import { nobodyTrusted, readTerms, type VerifyTerms } from './terms.ts';

type VerifyStepValues = InputValues<typeof verifyStepInputs & typeof termSettings>;

/** What is verified, and where from. */
interface Work {
  readonly scope: VerifyReport['scope'];
  readonly subject: string;
  readonly images: AsyncIterable<VerifiedImage>;
  /** Told when all images are there. */
  readonly warnings: () => readonly string[];
  readonly digest?: string;
}

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
      : await wholeProject(values, values.all, terms, runtime);
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
  const connection = await connect({ ...values, image }, runtime);
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

async function wholeProject(
  values: VerifyStepValues,
  project: string,
  terms: VerifyTerms,
  runtime: Runtime,
): Promise<Work> {
  const host = hostOf(values);
  const { http, credentialsFor, registryFor } = await openRegistries(values, host, runtime);
  const { plainHttp, untagged } = values;
  const credentials = credentialsFor(host) ?? { username: '', password: '' };
  const harbor = createHarbor({ http, host, credentials, plainHttp, signal: runtime.signal });
  const leftOut: LeftOut = { belonging: 0, untagged: 0 };
  const sweep = { harbor, registry: registryFor(host, signerAgent), project, untagged };
  return {
    scope: 'project',
    subject: `${host}/${project}`,
    images: sweepProject(sweep, terms, leftOut, runtime),
    warnings: () => warningsOf(leftOut),
  };
}

function warningsOf({ untagged, belonging }: LeftOut): readonly string[] {
  const belong = `${formatCount(belonging, 'artifact')} with no tags but those of signatures and attestations`;
  return [
    ...(untagged === 0
      ? []
      : [`not verified: ${formatCount(untagged, 'image')} without a tag; "untagged" takes them in`]),
    ...(belonging === 0 ? [] : [`not verified: ${belong}`]),
  ];
}

function hostOf({ registry, image }: VerifyStepValues): string {
  if (registry !== undefined) return parseHost(registry);
  if (image !== undefined) return parseReference(image).registry;
  throw new PilotError('INPUT_INVALID', 'the input "registry" is missing', {
    hint: 'Give the host of the Harbor that has the project, harbor.example.com.',
  });
}
