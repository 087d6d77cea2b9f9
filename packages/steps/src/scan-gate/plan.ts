import { resolve } from 'node:path';
import { PilotError } from '@harbor-pilot/core';
import { type GatePolicy, parseEpss, parseKnownExploited, type ThreatData } from '@harbor-pilot/gate';
import type { Digest } from '@harbor-pilot/oci';
import { type GateReportFormat, gateReportFormats } from '@harbor-pilot/report';
import type { Runtime } from '@harbor-pilot/step-kit';
import type { CommentValues } from '../comment/post-comment.ts';
import type { CommonValues } from '../connect.ts';
import { readNamed } from '../named-file.ts';
import { requireWritableFolder } from '../require-writable.ts';
import { deployedBaseline } from './baseline.ts';
import { type GivenExceptions, readGivenExceptions } from './exceptions.ts';
import { type GateValues, policyOf } from './policy.ts';

/** All that the gate judges by, read and checked before anything is waited for or changed. */
export interface GatePlan {
  readonly values: GateValues & CommentValues;
  readonly policy: GatePolicy;
  readonly exceptions: GivenExceptions;
  readonly threats: ThreatData;
  /** Why there is nothing to compare with although that was asked for; a sentence. */
  readonly noBaseline?: string;
  readonly formats: readonly GateReportFormat[];
}

/**
 * Reads policy, exceptions and the files about threats, and looks whether the reports can be written.
 * @throws PilotError INPUT_INVALID, CONFIG_INVALID with the line, FILE_UNREADABLE, FILE_UNWRITABLE
 */
export async function planGate(values: GateValues & CommonValues, runtime: Runtime): Promise<GatePlan> {
  const isFile = values.scanSource === 'file';
  if (isFile !== (values.scanReports ?? []).length > 0) {
    throw new PilotError(
      'INPUT_INVALID',
      `the input "scan-source" is "${values.scanSource}", and "scan-reports" ${isFile ? 'is not' : 'is'} given`,
      {
        hint: 'Give report files with scan-source: file, and with nothing else.',
      },
    );
  }
  const formats = values.gateFormats?.filter((format) => format !== 'none') ?? gateReportFormats;
  const plan = {
    values,
    policy: policyOf(values),
    exceptions: await readGivenExceptions(values, values.config, runtime),
    threats: await readThreats(values, runtime),
    formats,
  };
  if (formats.length > 0) await requireWritableFolder(resolve(runtime.workspace, values.gateReports));
  return plan;
}

/**
 * The same plan, when it is compared with what is deployed.
 * @param deployed digests that the workloads have; undefined when there is no cluster to ask.
 * @throws PilotError INPUT_INVALID
 */
export function comparedWithDeployed(plan: GatePlan, deployed: readonly Digest[] | undefined): GatePlan {
  if (plan.values.baseline !== deployedBaseline) return plan;
  if (deployed === undefined) {
    throw new PilotError('INPUT_INVALID', `the baseline is "${deployedBaseline}", but nothing is rolled out here`, {
      hint: 'Only a release with manifests or a workload knows what is deployed: name the digest, or a tag.',
    });
  }
  const [digest, ...others] = deployed;
  if (digest !== undefined && others.length === 0) return { ...plan, values: { ...plan.values, baseline: digest } };
  const count = digest === undefined ? 'no' : 'more than one';
  const noBaseline = `There is no baseline: ${count} digest of the image is deployed.`;
  return { ...plan, noBaseline, values: { ...plan.values, baseline: undefined } };
}

async function readThreats({ epssFile, knownExploitedFile }: GateValues, { workspace }: Runtime): Promise<ThreatData> {
  return {
    ...(epssFile === undefined ? {} : { epss: parseEpss(await readNamed(epssFile, workspace), epssFile) }),
    ...(knownExploitedFile === undefined
      ? {}
      : {
          knownExploited: parseKnownExploited(
            (await readNamed(knownExploitedFile, workspace)).toString('utf8'),
            knownExploitedFile,
          ),
        }),
  };
}
