import { PilotError } from '@harbor-pilot/core';
import { baseUpgrade, readBaseImages } from '@harbor-pilot/gate';
import type { GateReport, Runtime } from '@harbor-pilot/step-kit';
import type { Connection } from '../connect.ts';
import type { FoundBase } from './find-base.ts';

/**
 * Adds to a report which newer base image removes most, when Harbor has one that it has scanned. It is advice: what goes
 * wrong is a warning.
 */
export async function withBaseUpgrade(
  report: GateReport,
  { layers, ...place }: FoundBase,
  { harbor }: Connection,
  runtime: Runtime,
): Promise<GateReport> {
  try {
    const { base, candidates } = await readBaseImages({ ...place, harbor });
    const upgrade = baseUpgrade(report.vulnerabilities, { ...base, layers }, candidates);
    return upgrade === undefined ? report : { ...report, upgrades: [upgrade, ...report.upgrades] };
  } catch (error) {
    if (!(error instanceof PilotError)) throw error;
    runtime.warn(`nothing is known of newer base images: ${error.message}`);
    return report;
  }
}
