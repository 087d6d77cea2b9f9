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
type Fields = Readonly<Record<string, unknown>>;

/** What the file in the inputs holds: what is attested, or the report of the gate that it is made of. */
export type Given = { readonly predicate: Fields } | { readonly gateReport: Fields };

/** What is attested, of what, and where. */
export interface Occasion {
  readonly values: Values;
  /** URI. */
  readonly predicateType: string;
  /** Absent when the step has to know it by itself. */
  readonly given: Given | undefined;
  /** Of the image or the index. */
  readonly digest: Digest;
  /** The same, or all that belongs to the index. */
  readonly subjects: readonly Descriptor[];
  readonly connection: Connection;
  readonly runtime: Runtime;
}

/**
 * Reads the file of the inputs, before anything is asked of a server.
 * @throws PilotError FILE_UNREADABLE, CONTENT_TOO_LARGE; INPUT_INVALID when it is not what the type says, or a type needs one.
 */
export async function readGiven(values: Values, predicateType: string, runtime: Runtime): Promise<Given | undefined> {
  const { predicate: file, type } = values;
  if (file !== undefined) {
    const document = await readDocument(file, runtime.workspace);
    const isReport = predicateType === predicateTypes.vsa && isGateReport(document);
    return isReport ? { gateReport: Object(document) } : { predicate: checkPredicate(document, predicateType, file) };
  }
  if (makers[predicateType] !== undefined) return undefined;
  throw new PilotError('INPUT_INVALID', `the input "predicate" is missing: nothing else says what ${type} is to be`, {
    hint: 'Give the path of the JSON file that is to be attested.',
  });
}

/** What is attested of each digest. */
export async function attestedOf(occasion: Occasion): Promise<readonly AttestedSubject[]> {
  const { given, predicateType } = occasion;
  if (given !== undefined && 'predicate' in given) {
    return meantBy(given.predicate, occasion).map((descriptor) => ({ descriptor, predicate: given.predicate }));
  }
  return (await makers[predicateType]?.(occasion)) ?? [];
}

/** A bill of materials that names images is attested of those alone. */
function meantBy(predicate: Fields, { predicateType, runtime, values, subjects }: Occasion): readonly Descriptor[] {
  const isSbom = predicateType === predicateTypes.cyclonedx || predicateType === predicateTypes.spdx;
  const named = isSbom ? digestsNamedIn(predicate) : [];
  if (named.length === 0) return subjects;
  const meant = subjects.filter(({ digest }) => named.includes(digest));
  const about = `${values.predicate} is about ${named.join(', ')}`;
  if (meant.length === 0) throw otherImage(about, subjects);
  if (meant.length < subjects.length) runtime.info(`  ${about}: attested of that alone`);
  return meant;
}

function otherImage(about: string, subjects: readonly Descriptor[]): PilotError {
  const meant = subjects.map(({ digest }) => digest).join(', ');
  return new PilotError('INPUT_INVALID', `${about}, not about ${meant}`, {
    hint: 'Have the bill of materials made of the image in the registry, by this digest. If it is about one image of an index, give that digest, or recursive: true.',
  });
}

/** What can be attested without a predicate in a file. */
const makers: Readonly<Record<string, ((occasion: Occasion) => Promise<readonly AttestedSubject[]>) | undefined>> = {
  [predicateTypes.slsaprovenance1]: async (occasion) => {
    const { values, digest, connection, runtime } = occasion;
    return sameOfAll(occasion, provenanceOf(digest, await readRecord(values.record, connection, runtime), runtime));
  },
  [predicateTypes.vsa]: async (occasion) => {
    const { values, given, digest, connection, runtime } = occasion;
    const verdict =
      given !== undefined && 'gateReport' in given
        ? verdictInReport(given.gateReport)
        : verdictInRecord(await readRecord(values.record, connection, runtime));
    if (verdict === undefined) throw noVerdict(values);
    return sameOfAll(occasion, summaryOf(verdict, imageName(connection), digest));
  },
  [predicateTypes.vuln]: async (occasion) => {
    const attested: AttestedSubject[] = [];
    for (const descriptor of occasion.subjects.filter(isScanned)) {
      attested.push({ descriptor, predicate: { ...(await scanRecord(occasion, descriptor.digest)) } });
    }
    return attested;
  },
};

function sameOfAll({ subjects }: Occasion, predicate: object): readonly AttestedSubject[] {
  return subjects.map((descriptor) => ({ descriptor, predicate: { ...predicate } }));
}

/** BuildKit puts attestations of its own into an index, which nobody scans. */
function isScanned({ platform }: Descriptor): boolean {
  return platform?.os !== 'unknown';
}

async function scanRecord({ values, connection, runtime }: Occasion, digest: Digest): Promise<object> {
  const { harbor, project, name, isPlainHttp } = connection;
  const { clock, signal } = runtime;
  const scanned = await waitForReport({
    harbor,
    project,
    repository: name,
    digest,
    platforms: platformNames(await readTree(connection, digest)),
    timeoutSeconds: values.scanTimeout,
    clock,
    signal,
  });
  const harborUrl = `${isPlainHttp ? 'http' : 'https'}://${harbor.host}`;
  // Harbor wants the slashes of a repository encoded twice.
  const repository = encodeURIComponent(encodeURIComponent(name));
  const artifact = `/api/v2.0/projects/${project}/repositories/${repository}/artifacts/${digest}`;
  return scanRecordOf(scanned, `${harborUrl}${artifact}/additions/vulnerabilities`, harborUrl);
}

function noVerdict({ record, predicate }: Values): PilotError {
  return new PilotError('INPUT_INVALID', `${predicate ?? record} holds no verdict of the gate, with its time`, {
    hint: 'Run scan-gate before, with the same record, or give its gate-report.json as the input predicate.',
  });
}
