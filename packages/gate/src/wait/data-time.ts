import { PilotError } from '@harbor-pilot/core';
import type { ImagePlace } from './scan-kind.ts';

/**
 * When the data about vulnerabilities is from that the scanner of a project has; undefined when it does not tell, or
 * Harbor does not tell this account: only administrators of the system may ask.
 */
export async function scannerDataTime({
  harbor,
  project,
}: Pick<ImagePlace, 'harbor' | 'project'>): Promise<Date | undefined> {
  try {
    const scanner = await harbor.projectScanner(project);
    return scanner === undefined ? undefined : await harbor.scannerDataUpdatedAt(scanner.uuid);
  } catch (error) {
    if (error instanceof PilotError && error.code === 'AUTH_DENIED') return undefined;
    throw error;
  }
}
