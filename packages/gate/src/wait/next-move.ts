import type { SbomOverview, ScanOverview } from '@harbor-pilot/harbor';

/** What is known of the scanner of a project; `unknown` to accounts without "scanner: read". */
export type ScannerHealth = 'healthy' | 'unhealthy' | 'none' | 'unknown';

/** What one look at a scan showed. */
export interface Sight {
  readonly overview: SbomOverview;
  /** Whether Harbor offers reports of the image: it does not while no scanner answers that scans such images. */
  readonly isScannable: boolean;
  /** Asked for only when nothing is offered. */
  readonly scanner: ScannerHealth;
}

/** What happened to a scan so far. */
export interface ScanMemory {
  /** Whether this wait has asked Harbor for a scan. */
  readonly isStarted: boolean;
  /** Since when, without a break, there is nothing to be seen and no scanner that would answer. */
  readonly blindSinceSeconds?: number;
  /** Whether Harbor refused to scan in this time, and whether it offered reports of such images nevertheless. */
  readonly refusal?: 'hidden' | 'offered';
  /** What was answered with a new scan, a failure or an old report, and when. */
  readonly replaced?: { readonly scan: string; readonly atSeconds: number };
}

/** The times of a wait. */
export interface ScanTimes {
  readonly elapsedSeconds: number;
  /** What a scan on push gets to show up before a scan is asked for. */
  readonly graceSeconds: number;
  /** What a scanner that does not answer gets to come back. */
  readonly patienceSeconds: number;
  /** A report of a scan before that is too old to count. */
  readonly notBefore?: Date;
}

/** What to do about a scan in some state. `replace` asks for a scan in place of one that is over. */
export type ScanMove = 'wait' | 'start' | 'replace' | 'read' | 'fail' | 'no-scanner';

/** A failed scan keeps showing for a while after the next one was asked for; longer than this it is the next one that failed. */
const settleSeconds = 10;

/** The next move. No report is never a pass: only a scan that is a success is read. */
export function nextMove(sight: Sight, memory: ScanMemory, times: ScanTimes): ScanMove {
  const { overview } = sight;
  switch (overview.status) {
    case 'Pending':
    case 'Running':
      return 'wait';
    case 'Success':
      return isOutdated(overview, times) ? afterOld(overview, memory) : 'read';
    case 'absent':
      return sight.isScannable ? afterAbsence(memory, times) : withoutScanner(sight, memory, times);
    case 'Error':
    case 'Stopped':
      return afterFailure(sight, memory, times);
  }
}

/**
 * A queued scan is invisible in Harbor's API, and a scan on push may never have been queued while the scanner was down;
 * so absence is waited out for the grace time and then answered by asking for a scan.
 */
function afterAbsence(memory: ScanMemory, times: ScanTimes): ScanMove {
  if (memory.refusal === 'offered') return isPatienceOver(memory, times) ? 'no-scanner' : 'start';
  return memory.isStarted || times.elapsedSeconds < times.graceSeconds ? 'wait' : 'start';
}

/**
 * While a scanner does not answer, Harbor hides also what it found before. Who may not ask for its health asks for a
 * scan: the refusal tells. It is not final: of several instances of Harbor each remembers by itself, for half a minute,
 * that a scanner did not answer (Harbor v2.15.2, src/controller/scanner).
 */
function withoutScanner({ scanner }: Sight, memory: ScanMemory, times: ScanTimes): ScanMove {
  if (scanner === 'none') return 'no-scanner';
  if (isPatienceOver(memory, times)) return 'no-scanner';
  return scanner === 'unhealthy' || memory.isStarted || memory.refusal !== undefined ? 'wait' : 'start';
}

function afterFailure(sight: Sight, memory: ScanMemory, times: ScanTimes): ScanMove {
  const { replaced } = memory;
  if (replaced === undefined) return isPatienceOver(memory, times) ? 'no-scanner' : 'replace';
  const isOldFailure = replaced.scan === identityOf(sight.overview);
  return isOldFailure && times.elapsedSeconds - replaced.atSeconds < settleSeconds ? 'wait' : 'fail';
}

/** The old report stays until the new scan shows, which is new enough whatever the clocks say. */
function afterOld(overview: ScanOverview, { isStarted, replaced }: ScanMemory): ScanMove {
  if (replaced?.scan === identityOf(overview)) return 'wait';
  return isStarted ? 'read' : 'replace';
}

function isOutdated({ endedAt }: ScanOverview, { notBefore }: ScanTimes): boolean {
  return notBefore !== undefined && endedAt !== undefined && endedAt < notBefore;
}

function isPatienceOver({ blindSinceSeconds }: ScanMemory, { elapsedSeconds, patienceSeconds }: ScanTimes): boolean {
  return blindSinceSeconds !== undefined && elapsedSeconds - blindSinceSeconds >= patienceSeconds;
}

/** What tells one scan from the next. */
export function identityOf({ status, reportId, startedAt, endedAt }: ScanOverview): string {
  return JSON.stringify([status, reportId, startedAt, endedAt]);
}
