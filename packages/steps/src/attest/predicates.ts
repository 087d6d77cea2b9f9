import { PilotError } from '@harbor-pilot/core';
import { isGateReport, waitForReport } from '@harbor-pilot/gate';
import type { Descriptor, Digest } from '@harbor-pilot/oci';
import { type AttestedSubject, checkPredicate, digestsNamedIn, predicateTypes } from '@harbor-pilot/sign';
import type { InputValues, Runtime } from '@harbor-pilot/step-kit';
import type { Connection } from '../connect.ts';
import { imageName, readRecord } from '../record-file.ts';
import { platformNames, readTree } from '../subject.ts';
import type { attestStepInputs } from './inputs.ts';
import { readDocument } from './predicate-file.ts';
import { provenanceOf } from './provenance.ts';
import { scanRecordOf } from './scan-record.ts';
import { summaryOf, verdictInRecord, verdictInReport } from './verdict-summary.ts';

type Values = InputValues<typeof attestStepInputs>;

/** What an image is attested, and where. */
export interface Occasion {
  readonly values: Values;
  /** URI. */
  readonly predicateType: string;
  /** What the file in the inputs holds; undefined without one. */
  readonly document: unknown;
  readonly connection: Connection;
  readonly runtime: Runtime;
}

/**
 * Reads the file of the inputs, before anything is asked of a server.
 * @throws PilotError FILE_UNREADABLE, CONTENT_TOO_LARGE; INPUT_INVALID when it is not what the type says, or a type needs one.
 */
export async function readGiven(values: Values, predicateType: string, runtime: Runtime): Promise<unknown> {
  const { predicate: file, type } = values;
  if (file !== undefined) {
    const document = await readDocument(file, runtime.workspace);
    const isVerdict = predicateType === predicateTypes.vsa && isGateReport(document);
    return isVerdict ? document : checkPredicate(document, predicateType, file);
  }
  if (made[predicateType] !== undefined) return undefined;
  throw new PilotError('INPUT_INVALID', `the input "predicate" is missing: nothing else says what ${type} is to be`, {
    hint: 'Give the path of the JSON file that is to be attested.',
  });
}

/** What is attested of each digest. */
export async function attestedOf(
  occasion: Occasion,
  subjects: readonly Descriptor[],
): Promise<readonly AttestedSubject[]> {
  const { document, predicateType } = occasion;
  const make = made[predicateType];
  if (document === undefined || isGateReport(document)) {
    return make === undefined ? [] : make(occasion, subjects);
  }
  const predicate = checkPredicate(document, predicateType, occasion.values.predicate ?? '');
  return meantBy(predicate, occasion, subjects).map((descriptor) => ({ descriptor, predicate }));
}

/** A bill of materials that names images is attested of those alone. */
function meantBy(
  predicate: Readonly<Record<string, unknown>>,
  { predicateType, runtime, values }: Occasion,
  subjects: readonly Descriptor[],
): readonly Descriptor[] {
  const isSbom = predicateType === predicateTypes.cyclonedx || predicateType === predicateTypes.spdx;
  const named = isSbom ? digestsNamedIn(predicate) : [];
  if (named.length === 0) return subjects;
  const meant = subjects.filter(({ digest }) => named.includes(digest));
  if (meant.length === 0) throw otherImage(values.predicate ?? '', named, subjects);
  if (meant.length < subjects.length)
    runtime.info(`  ${values.predicate} is about ${named.join(', ')}: attested of that alone`);
  return meant;
}

function otherImage(file: string, named: readonly Digest[], subjects: readonly Descriptor[]): PilotError {
  const meant = subjects.map(({ digest }) => digest).join(', ');
  return new PilotError('INPUT_INVALID', `${file} is about ${named.join(', ')}, not about ${meant}`, {
    hint: 'Have the bill of materials made of the image in the registry, by this digest. If it is about one image of an index, give that digest, or recursive: true.',
  });
}

type Make = (occasion: Occasion, subjects: readonly Descriptor[]) => Promise<readonly AttestedSubject[]>;

/** What can be attested without a file. */
const made: Readonly<Record<string, Make | undefined>> = {
  [predicateTypes.slsaprovenance1]: async ({ values, connection, runtime }, subjects) => {
    const record = await readRecord(values.record, connection, runtime);
    const root = subjects.at(-1);
    const predicate = root === undefined ? {} : provenanceOf(root.digest, record, runtime);
    return subjects.map((descriptor) => ({ descriptor, predicate: { ...predicate } }));
  },
  [predicateTypes.vsa]: async ({ values, document, connection, runtime }, subjects) => {
    const record = await readRecord(values.record, connection, runtime);
    const verdict = isGateReport(document) ? verdictInReport(Object(document)) : verdictInRecord(record);
    if (verdict === undefined) throw noVerdict(values);
    const root = subjects.at(-1);
    const predicate = root === undefined ? {} : summaryOf(verdict, imageName(connection), root.digest);
    return subjects.map((descriptor) => ({ descriptor, predicate: { ...predicate } }));
  },
  [predicateTypes.vuln]: async (occasion, subjects) => {
    const attested: AttestedSubject[] = [];
    for (const descriptor of subjects.filter(isScanned)) {
      attested.push({ descriptor, predicate: await scanRecord(occasion, descriptor.digest) });
    }
    return attested;
  },
};

/** BuildKit puts attestations of its own into an index, which nobody scans. */
function isScanned({ platform }: Descriptor): boolean {
  return platform?.os !== 'unknown';
}

async function scanRecord(
  { values, connection, runtime }: Occasion,
  digest: Digest,
): Promise<Readonly<Record<string, unknown>>> {
  const { harbor, project, name, isPlainHttp } = connection;
  const { clock, signal } = runtime;
  const platforms = platformNames(await readTree(connection, digest));
  const scanned = await waitForReport({
    harbor,
    project,
    repository: name,
    digest,
    platforms,
    timeoutSeconds: values.scanTimeout,
    clock,
    signal,
  });
  const harborUrl = `${isPlainHttp ? 'http' : 'https'}://${harbor.host}`;
  const repository = encodeURIComponent(encodeURIComponent(name));
  const source = `${harborUrl}/api/v2.0/projects/${project}/repositories/${repository}/artifacts/${digest}/additions/vulnerabilities`;
  return { ...scanRecordOf(scanned, source, harborUrl, clock.now()) };
}

function noVerdict({ record, predicate }: Values): PilotError {
  const where = predicate ?? record;
  return new PilotError('INPUT_INVALID', `${where} holds no verdict of the gate, with the time it was given`, {
    hint: 'Run scan-gate before, with the same record, or give its gate-report.json as the input predicate.',
  });
}
