import { dirname, resolve } from 'node:path';
import { asObject, PilotError } from '@harbor-pilot/core';
import { type Baseline, isGateReport, parseGateReport, readScanFile, waitForReport } from '@harbor-pilot/gate';
import type { Digest } from '@harbor-pilot/oci';
import type { Runtime } from '@harbor-pilot/step-kit';
import type { Connection } from '../connect.ts';
import { readNamedJson } from '../named-file.ts';
import { findInHarbor } from './place-in-harbor.ts';

/** What is compared with the baseline, and how long Harbor has for its report. */
export interface Comparing {
  readonly connection: Connection;
  /** Of the image that is judged, and of the images in it. */
  readonly digests: ReadonlySet<Digest>;
  readonly timeoutSeconds: number;
  /** Where this run writes its reports. */
  readonly gateReports: string;
}

/** The baseline that only a release knows: the digest that is deployed when it begins. */
export const deployedBaseline = 'deployed';

/**
 * Finds what the baseline had. Where there is none yet, the release is the first one; where it has no report, nothing is
 * known of it: both is warned about, and then everything counts as new.
 * @param name as the input gives it.
 * @returns the baseline, or a sentence that says why there is none.
 * @throws PilotError INPUT_INVALID, REFERENCE_INVALID; and what the clients throw.
 */
export async function findBaseline(name: string, comparing: Comparing, runtime: Runtime): Promise<Baseline | string> {
  try {
    if (isFileName(name)) return await baselineOfFile(name, comparing, runtime);
    return await baselineOfImage(name, comparing, runtime);
  } catch (error) {
    if (!(error instanceof PilotError) || !unknownCodes.includes(error.code)) throw error;
    return `There is no baseline: ${error.message}.`;
  }
}

const unknownCodes: readonly string[] = [
  'FILE_UNREADABLE',
  'REFERENCE_NOT_FOUND',
  'SCAN_UNFINISHED',
  'SCAN_FAILED',
  'SCAN_NO_SCANNER',
];

function isFileName(name: string): boolean {
  return /^\.{0,2}\//.test(name) || /\.(?:json|sarif)$/.test(name);
}

async function baselineOfFile(
  name: string,
  { gateReports }: Comparing,
  { workspace, signal }: Runtime,
): Promise<Baseline | string> {
  const json = await readNamedJson(name, workspace);
  const path = resolve(workspace, name);
  // Each run writes there, also one that refuses: with its report the next one would let everything through.
  const isOverwritten = dirname(path) === resolve(workspace, gateReports);
  if (isOverwritten && asObject(json)?.verdict !== 'passed') {
    return `The baseline ${name} is of a run of the gate that has not passed, and is left out.`;
  }
  if (isGateReport(json)) return { name, vulnerabilities: parseGateReport(json, name).vulnerabilities };
  return { name, vulnerabilities: (await readScanFile(path, signal)).vulnerabilities };
}

async function baselineOfImage(
  name: string,
  { connection, digests, timeoutSeconds }: Comparing,
  { clock, signal }: Runtime,
): Promise<Baseline | string> {
  const place = await findInHarbor(name, 'the baseline', connection);
  // With it nothing would ever be new: a gate that runs after the tag was moved would let everything through.
  if (digests.has(place.digest)) return `The baseline ${name} is the image itself, and is left out.`;
  const { vulnerabilities, platformDigests } = await waitForReport({
    ...place,
    harbor: connection.harbor,
    timeoutSeconds,
    clock,
    signal,
  });
  const compared = new Set(platformDigests.values());
  if ([...digests].every((one) => compared.has(one)))
    return `The baseline ${name} has the image in it, and is left out.`;
  return { name, vulnerabilities };
}
