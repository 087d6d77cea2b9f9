import { PilotError } from '@harbor-pilot/core';
import { baseUpgrade, readBaseImages } from '@harbor-pilot/gate';
import type { GateReport, Runtime } from '@harbor-pilot/step-kit';
import type { Connection } from '../connect.ts';
import { findInHarbor } from './place-in-harbor.ts';

/**
 * Adds to a report which newer base image removes most, when Harbor has one that it has scanned. It is advice: what goes
 * wrong is a warning.
 * @param name of the base image in this Harbor, as the setting gives it.
 * @param layers of it, where the scanner tells of layers.
 */
export async function withBaseUpgrade(
  report: GateReport,
  name: string,
  layers: ReadonlySet<string> | undefined,
  connection: Connection,
  runtime: Runtime,
): Promise<GateReport> {
  try {
    const place = await findInHarbor(name, 'the base image', connection);
    const platform = report.platforms[0] ?? '';
    const { base, candidates } = await readBaseImages({ ...place, harbor: connection.harbor, platform });
    const present = layers === undefined || layers.size === 0 ? base : { ...base, layers };
    const upgrade = baseUpgrade(report.vulnerabilities, present, candidates);
    return upgrade === undefined ? report : { ...report, upgrades: [upgrade, ...report.upgrades] };
  } catch (error) {
    if (!(error instanceof PilotError)) throw error;
    runtime.warn(`nothing is known of newer base images: ${error.message}`);
    return report;
  }
}
