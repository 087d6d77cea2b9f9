import { PilotError } from '@harbor-pilot/core';
import type { VulnerabilityReport } from '@harbor-pilot/harbor';
import { formatScanner, mergeReports, type ScannedImage } from './merge.ts';
import { type KindOfScan, nameOf } from './wait/scan-kind.ts';
import { type WaitOptions, waitForScans } from './wait/wait-for-scans.ts';

interface Reading {
  readonly report: VulnerabilityReport;
  readonly scanner: string | undefined;
  readonly scannedAt: Date | undefined;
}

/**
 * Waits until Harbor has a finished report for every image behind a digest, asking for scans where none runs.
 * No report is never a pass: there is a result only when each report is there.
 * @throws PilotError SCAN_UNFINISHED when the time is over, SCAN_FAILED when a scan failed twice or its report is
 *   about something else, SCAN_NO_SCANNER when no scanner can scan the image, and what the Harbor client throws.
 */
export async function waitForReport(options: WaitOptions): Promise<ScannedImage> {
  const { images, durationSeconds } = await waitForScans(vulnerabilityScan, options);
  const scanner = images.map(({ result }) => result.scanner).find((name) => name !== undefined);
  const times = images.map(({ result }) => result.scannedAt?.toISOString()).sort();
  // One of which nobody knows when it was scanned may be older than all others.
  const scannedAt = times.includes(undefined) ? undefined : times[0];
  return {
    digest: options.digest,
    platforms: images.map(({ platform }) => platform),
    platformDigests: new Map(images.map(({ platform, digest }) => [platform, digest])),
    ...(scanner === undefined ? {} : { scanner }),
    ...(scannedAt === undefined ? {} : { scannedAt }),
    vulnerabilities: mergeReports(images.map(({ platform, result }) => ({ platform, report: result.report }))),
    durationSeconds,
  };
}

const vulnerabilityScan: KindOfScan<Reading> = {
  kind: 'vulnerability',
  verb: 'scan',
  noun: 'scan',
  isSummedUp: true,
  overviewOf: ({ scan }) => scan,
  read: async (place, digest, overview) => {
    const report = await place.harbor.vulnerabilities(place.project, place.repository, digest);
    if (report === undefined) return undefined;
    // The scanner of the project was changed in between: this is the report of the other one.
    if (isOther(report.scanner?.name, overview.scanner?.name)) return undefined;
    // Harbor counts what is the same once, the list has it as often as the scanner: a shorter list is not all of the report.
    if (report.vulnerabilities.length < (overview.total ?? 0)) return undefined;
    const foreign = report.vulnerabilities.find(
      ({ artifactDigests }) => artifactDigests.length > 0 && !artifactDigests.includes(digest),
    );
    if (foreign !== undefined) {
      throw new PilotError(
        'SCAN_FAILED',
        `the report of ${nameOf(place, digest)} is about ${foreign.artifactDigests[0]}`,
        { hint: 'Scan the image again in Harbor. If that does not help, report it to the makers of the scanner.' },
      );
    }
    return {
      report,
      scanner: formatScanner(report.scanner ?? overview.scanner),
      scannedAt: report.generatedAt ?? overview.endedAt,
    };
  },
};

const isOther = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && one !== other;
