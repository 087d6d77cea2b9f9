import { type Clock, eitherSignal, longestTimerMilliseconds, PilotError, systemClock } from '@harbor-pilot/core';
import type { ScanStatus } from '@harbor-pilot/harbor';
import type { Digest } from '@harbor-pilot/oci';
import { formatScanner } from '../merge.ts';
import type { ImageScan } from './image-scan.ts';
import type { ScannerHealth, ScanTimes } from './next-move.ts';
import { Pace } from './pace.ts';
import { isPassing, isRefusalOfAccount } from './passing.ts';
import { ScanGroup, type ScannedDigest } from './scan-group.ts';
import { type ImagePlace, type KindOfScan, nameOf } from './scan-kind.ts';
import type { ScanNews } from './scan-news.ts';
import { ScannerWatch } from './scanner-watch.ts';

/** How far a wait has come. Of several platforms it tells about the index, or the first that is not finished. */
export interface ScanProgress {
  readonly status: ScanStatus;
  /** `Trivy v0.68.2`, or the name of the registration as long as nothing better is known. */
  readonly scanner?: string;
  /** Told when nothing is to be seen of a scan and the scanner may be why. */
  readonly scannerHealth?: ScannerHealth;
  /** How many images have a result, of how many. */
  readonly finished: number;
  readonly total: number;
  readonly elapsedSeconds: number;
}

/** Which image or index to wait for, where, and how long. An index is judged by its children. */
export interface WaitOptions extends ImagePlace, ScannedDigest {
  readonly timeoutSeconds: number;
  /** A result of a scan that ended before counts for nothing: a new scan is asked for. */
  readonly notBefore?: Date;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  /** Makes it look earlier, but not more often than it may. */
  readonly news?: ScanNews;
  /** Told after every look. */
  readonly progress?: (state: ScanProgress) => void;
}

/** All scans of a digest, finished. */
export interface FinishedScans<Result> {
  readonly images: readonly { readonly digest: Digest; readonly platform: string; readonly result: Result }[];
  readonly durationSeconds: number;
}

/** Time that a scan on push gets to show up before a scan is asked for. */
const graceSeconds = 3;
/** Harbor remembers for half a minute that a scanner did not answer. */
const patienceSeconds = 40;
/** A request in trouble is tried so many times more before anybody hears of it. */
const repeats = 3;
/** The last look begins when the time is over, and has to be answered, too: a long report has a hundred megabytes. */
const lastLookSeconds = 30;

/**
 * Waits until Harbor has a finished result for every image behind a digest, asking for scans where none runs.
 * No result is never a pass: there is an answer only when each is there.
 * @throws PilotError SCAN_UNFINISHED when the time is over, SCAN_FAILED when a scan failed twice or its report is
 *   about something else, SCAN_NO_SCANNER when no scanner can scan the image, and what the Harbor client throws.
 */
export async function waitForScans<Result>(
  kind: KindOfScan<Result>,
  options: WaitOptions,
): Promise<FinishedScans<Result>> {
  const { timeoutSeconds, notBefore, clock = systemClock, signal, news, progress } = options;
  const begin = clock.now().getTime();
  const elapsed = (): number => (clock.now().getTime() - begin) / 1000;
  const grace = Math.min(graceSeconds, timeoutSeconds / 2);
  const pace = new Pace();
  const scanner = new ScannerWatch(options.harbor, options.project);
  const group = new ScanGroup({ place: options, kind, scanner, pace }, options);
  const late = lateness(timeoutSeconds + Math.min(lastLookSeconds, timeoutSeconds / 2));
  let isKnown = false;
  for (;;) {
    signal?.throwIfAborted();
    const trouble: PilotError | undefined = await lookAt(group, late, isKnown, {
      elapsedSeconds: elapsed(),
      graceSeconds: grace,
      patienceSeconds: Math.min(patienceSeconds, timeoutSeconds / 2),
      ...(notBefore === undefined ? {} : { notBefore }),
    });
    isKnown = trouble === undefined;
    if (trouble !== undefined) pace.note(repeats);
    progress?.(progressOf(group, scanner, elapsed()));
    const images = group.images.flatMap(finished);
    if (images.length > 0 && group.unfinished.length === 0) return { images, durationSeconds: elapsed() };
    const leftSeconds = timeoutSeconds - elapsed();
    if (leftSeconds <= 0 || trouble === hanging) throw unfinishedError(options, kind.noun, group, elapsed(), trouble);
    const pause = Math.min(pace.pauseSeconds(elapsed()), leftSeconds, untilGrace(grace, elapsed()));
    const least = news === undefined ? pause : Math.min(pause, pace.leastSeconds(elapsed()));
    await clock.sleep(least * 1000, signal);
    if (news !== undefined) await sleepUntilNews(clock, pause - least, news, signal);
  }
}

async function sleepUntilNews(
  clock: Clock,
  seconds: number,
  news: ScanNews,
  signal: AbortSignal | undefined,
): Promise<void> {
  const over = new AbortController();
  const either = eitherSignal(signal, over.signal);
  try {
    await Promise.race([clock.sleep(seconds * 1000, either), news.next(either)]);
  } finally {
    over.abort();
  }
}

const hanging = new PilotError('DEADLINE_EXCEEDED', 'Harbor has not answered the last request in time', {
  hint: 'Look whether Harbor is well, and whether a proxy before it holds answers back.',
});

/** Resolves when the time is over on the clock of the machine: Harbor may hang, and a request has more time than a wait. */
function lateness(seconds: number): Promise<PilotError> {
  const { promise, resolve } = Promise.withResolvers<PilotError>();
  const milliseconds = Math.min(Math.ceil(seconds * 1000), longestTimerMilliseconds);
  AbortSignal.timeout(milliseconds).addEventListener('abort', () => resolve(hanging), { once: true });
  return promise;
}

/**
 * One round. Gives back the passing trouble that kept it from looking, if any.
 * @param isKnown whether Harbor took the account a moment ago. It refuses it for 1.5 s when somebody else has given a wrong
 *   password for the same user, and all accounts while it cannot read its database (Harbor v2.15.2,
 *   src/server/middleware/security).
 */
async function lookAt<Result>(
  group: ScanGroup<Result>,
  late: Promise<PilotError>,
  isKnown: boolean,
  times: ScanTimes,
): Promise<PilotError | undefined> {
  try {
    return await Promise.race([group.advance(times).then(() => undefined), late]);
  } catch (error) {
    if (isPassing(error) || (isKnown && isRefusalOfAccount(error))) return error;
    throw error;
  }
}

function finished<Result>({ digest, platform, result }: ImageScan<Result>) {
  return result === undefined ? [] : [{ digest, platform, result }];
}

/** A pause does not reach past the end of the grace time: that is when a scan may have to be asked for. */
function untilGrace(grace: number, elapsedSeconds: number): number {
  return elapsedSeconds < grace ? grace - elapsedSeconds : Number.POSITIVE_INFINITY;
}

function progressOf<Result>(group: ScanGroup<Result>, watch: ScannerWatch, elapsedSeconds: number): ScanProgress {
  const { overview, isBlind } = group.shown;
  const scanner = formatScanner(overview.scanner) ?? watch.name;
  return {
    status: overview.status,
    ...(scanner === undefined ? {} : { scanner }),
    ...(isBlind ? { scannerHealth: watch.health } : {}),
    finished: group.images.length - group.unfinished.length,
    total: Math.max(1, group.images.length),
    elapsedSeconds,
  };
}

const states: Readonly<Record<ScanStatus, string>> = {
  absent: 'has not begun',
  Pending: 'is still waiting for the scanner (Pending)',
  Running: 'is still Running',
  Success: 'is done, but Harbor has no result of it',
  Error: 'ended with an error, and the second one has not begun',
  Stopped: 'was stopped, and the second one has not begun',
};

function unfinishedError<Result>(
  options: WaitOptions,
  noun: string,
  group: ScanGroup<Result>,
  elapsedSeconds: number,
  trouble: PilotError | undefined,
): PilotError {
  const seconds = Math.round(elapsedSeconds);
  const [first] = group.unfinished;
  const { status } = group.shown.overview;
  const digest = first?.digest ?? options.digest;
  const platform = first?.platform ?? 'platform not known';
  const others = group.unfinished.length - 1;
  const more = others > 0 ? `, and ${others} more ${others === 1 ? 'is' : 'are'} not finished` : '';
  return new PilotError(
    'SCAN_UNFINISHED',
    `after ${seconds} s the ${noun} of ${nameOf(options, digest)} (${platform}) ${trouble === undefined ? states[status] : 'cannot be looked at'}${more}`,
    {
      cause: trouble,
      hint: `${trouble?.hint ?? 'Give the scan more time, or look in Harbor under "Interrogation Services" whether the scanner is healthy.'} An image without a finished scan never passes.`,
      details: { status, elapsedSeconds: seconds, digest, platform },
    },
  );
}
