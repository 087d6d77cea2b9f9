import { type Clock, type ErrorCode, PilotError, systemClock } from '@harbor-pilot/core';
import type { ScanStatus } from '@harbor-pilot/harbor';
import type { Digest } from '@harbor-pilot/oci';
import { ImageScan } from './image-scan.ts';
import { formatScanner, mergeReports, type ScannedImage } from './merge.ts';
import { type ImagePlace, imagesOf, nameOf } from './platforms.ts';

/** How far a wait has come. With several platforms it tells about the first that is not finished. */
export interface ScanProgress {
  readonly status: ScanStatus;
  readonly scanner?: string;
  readonly elapsedSeconds: number;
}

/** Which image to wait for, where, and how long. */
export interface ReportOptions extends ImagePlace {
  /** Of an image or an index. An index is judged by its children. */
  readonly digest: Digest;
  /** Platform names by digest, as {@link platformsOf} gives them; `unknown/unknown` marks attestations, which nobody scans. */
  readonly platforms?: ReadonlyMap<Digest, string>;
  readonly timeoutSeconds: number;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  /** Told after every look. */
  readonly progress?: (state: ScanProgress) => void;
}

/** Time that a scan on push gets to show up before a scan is asked for. */
const graceSeconds = 3;
const firstPauseSeconds = 0.3;
const longestPauseSeconds = 5;
const pauseGrowth = 1.5;

/** A wait of minutes outlives a restart of Harbor; these pass by themselves. */
const passing: readonly ErrorCode[] = [
  'HARBOR_UNAVAILABLE',
  'RATE_LIMITED',
  'NETWORK_UNREACHABLE',
  'DEADLINE_EXCEEDED',
];

/**
 * Waits until Harbor has a finished report for every image behind a digest, asking for scans where none runs.
 * No report is never a pass: there is a result only when each report is there.
 * @throws PilotError SCAN_UNFINISHED when the time is over, SCAN_FAILED when a scan failed twice or its report is
 *   about something else, SCAN_NO_SCANNER when no scanner can scan the image, and what the Harbor client throws.
 */
export async function waitForReport(options: ReportOptions): Promise<ScannedImage> {
  const { digest, timeoutSeconds, clock = systemClock, signal, progress } = options;
  const begin = clock.now().getTime();
  const elapsed = (): number => (clock.now().getTime() - begin) / 1000;
  const grace = Math.min(graceSeconds, timeoutSeconds / 2);
  signal?.throwIfAborted();
  const scans = (await imagesOf(options, digest)).map((image) => new ImageScan(options, image, grace));

  for (let pause = firstPauseSeconds; ; pause = Math.min(pause * pauseGrowth, longestPauseSeconds)) {
    const trouble = await look(scans, elapsed, signal);
    const unfinished = scans.find((scan) => scan.report === undefined);
    progress?.(progressOf(unfinished ?? scans[0], elapsed()));
    if (unfinished === undefined) return scannedImage(digest, scans, elapsed());
    const leftSeconds = timeoutSeconds - elapsed();
    if (leftSeconds <= 0) throw unfinishedError(options, unfinished, elapsed(), trouble);
    await clock.sleep(Math.min(pause, leftSeconds, untilGrace(grace, elapsed())) * 1000, signal);
  }
}

/** One round over what is not finished. Gives back the passing trouble that kept it from looking, if any. */
async function look(
  scans: readonly ImageScan[],
  elapsed: () => number,
  signal: AbortSignal | undefined,
): Promise<PilotError | undefined> {
  for (const scan of scans.filter(({ report }) => report === undefined)) {
    signal?.throwIfAborted();
    try {
      await scan.advance(elapsed());
    } catch (error) {
      if (error instanceof PilotError && passing.includes(error.code)) return error;
      throw error;
    }
  }
  return undefined;
}

/** A pause does not reach past the end of the grace time: that is when a scan may have to be asked for. */
function untilGrace(grace: number, elapsedSeconds: number): number {
  return elapsedSeconds < grace ? grace - elapsedSeconds : Number.POSITIVE_INFINITY;
}

function progressOf(scan: ImageScan | undefined, elapsedSeconds: number): ScanProgress {
  const scanner = formatScanner(scan?.report?.scanner ?? scan?.overview.scanner);
  return { status: scan?.status ?? 'absent', ...(scanner === undefined ? {} : { scanner }), elapsedSeconds };
}

function scannedImage(digest: Digest, scans: readonly ImageScan[], durationSeconds: number): ScannedImage {
  const reports = scans.flatMap(({ image, report }) =>
    report === undefined ? [] : [{ platform: image.platform, report }],
  );
  const scanner = formatScanner(reports[0]?.report.scanner ?? scans[0]?.overview.scanner);
  return {
    digest,
    platforms: reports.map(({ platform }) => platform),
    ...(scanner === undefined ? {} : { scanner }),
    vulnerabilities: mergeReports(reports),
    durationSeconds,
  };
}

const states: Readonly<Record<ScanStatus, string>> = {
  absent: 'has not begun',
  Pending: 'is still waiting for the scanner (Pending)',
  Running: 'is still Running',
  Success: 'is done, but Harbor has no report of it',
  Error: 'ended with an error, and the second one has not begun',
  Stopped: 'was stopped, and the second one has not begun',
};

function unfinishedError(
  options: ReportOptions,
  { image, status }: ImageScan,
  elapsedSeconds: number,
  trouble: PilotError | undefined,
): PilotError {
  const seconds = Math.round(elapsedSeconds);
  return new PilotError(
    'SCAN_UNFINISHED',
    `after ${seconds} s the scan of ${nameOf(options, image.digest)} (${image.platform}) ${states[status]}`,
    {
      cause: trouble,
      hint: 'Give the scan more time, or look in Harbor under "Interrogation Services" whether the scanner is healthy. An image without a finished scan never passes.',
      details: { status, elapsedSeconds: seconds, digest: image.digest, platform: image.platform },
    },
  );
}
