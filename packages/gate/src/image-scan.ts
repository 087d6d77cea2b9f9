import { PilotError } from '@harbor-pilot/core';
import type { ScanOverview, ScanStatus, VulnerabilityReport } from '@harbor-pilot/harbor';
import { artifactOf, type ImagePlace, type ImageToScan, nameOf } from './platforms.ts';

/** What to do about a scan in some state. */
export type ScanMove = 'wait' | 'start' | 'restart' | 'read' | 'fail';

/** What was done about a scan so far. */
export interface ScanMemory {
  /** Whether this wait has asked Harbor for a scan. */
  readonly started: boolean;
  /** The failed scan that was answered with a second one, and when. */
  readonly restarted?: { readonly failure: string; readonly atSeconds: number };
}

/** A failed scan keeps showing for a while after the next one was asked for; longer than this it is the next one that failed. */
const settleSeconds = 10;

/**
 * The next move. A queued scan is invisible in Harbor's API, and a scan on push may never have been queued while the
 * scanner was down; so absence is waited out for the grace time and then answered by asking for a scan.
 */
export function nextMove(
  overview: ScanOverview,
  memory: ScanMemory,
  elapsedSeconds: number,
  graceSeconds: number,
): ScanMove {
  switch (overview.status) {
    case 'Success':
      return 'read';
    case 'Pending':
    case 'Running':
      return 'wait';
    case 'absent':
      return memory.started || elapsedSeconds < graceSeconds ? 'wait' : 'start';
    case 'Error':
    case 'Stopped': {
      if (memory.restarted === undefined) return 'restart';
      const isOldFailure = memory.restarted.failure === identityOf(overview);
      return isOldFailure && elapsedSeconds - memory.restarted.atSeconds < settleSeconds ? 'wait' : 'fail';
    }
  }
}

function identityOf({ status, reportId, startedAt, endedAt }: ScanOverview): string {
  return JSON.stringify([status, reportId, startedAt, endedAt]);
}

/** The scan of one image, followed until its report is there. */
export class ImageScan {
  readonly image: ImageToScan;
  readonly #place: ImagePlace;
  readonly #graceSeconds: number;
  #memory: ScanMemory = { started: false };
  #overview: ScanOverview;
  #fresh = true;
  #report: VulnerabilityReport | undefined;

  constructor(place: ImagePlace, image: ImageToScan, graceSeconds: number) {
    this.image = image;
    this.#place = place;
    this.#graceSeconds = graceSeconds;
    this.#overview = image.overview;
  }

  get status(): ScanStatus {
    return this.#overview.status;
  }

  get overview(): ScanOverview {
    return this.#overview;
  }

  /** The finished report; undefined as long as there is none, which is never a pass. */
  get report(): VulnerabilityReport | undefined {
    return this.#report;
  }

  /**
   * Looks once, and does what is next.
   * @throws PilotError SCAN_FAILED, SCAN_NO_SCANNER, and what Harbor's client throws.
   */
  async advance(elapsedSeconds: number): Promise<void> {
    // The state that came with the image's record is news only once.
    if (!this.#fresh) this.#overview = (await artifactOf(this.#place, this.image.digest)).scan;
    this.#fresh = false;
    switch (nextMove(this.#overview, this.#memory, elapsedSeconds, this.#graceSeconds)) {
      case 'wait':
        return;
      case 'start':
        await this.#start();
        this.#memory = { ...this.#memory, started: true };
        return;
      case 'restart':
        await this.#start();
        this.#memory = {
          started: true,
          restarted: { failure: identityOf(this.#overview), atSeconds: elapsedSeconds },
        };
        return;
      case 'read':
        this.#report = await this.#read();
        return;
      case 'fail':
        throw this.#failure();
    }
  }

  /** Being told that a scan is running already is as good as having started it. */
  async #start(): Promise<void> {
    const { harbor, project, repository } = this.#place;
    await harbor.startScan(project, repository, this.image.digest);
  }

  async #read(): Promise<VulnerabilityReport | undefined> {
    const { harbor, project, repository } = this.#place;
    const { digest } = this.image;
    const report = await harbor.vulnerabilities(project, repository, digest);
    const foreign = report?.vulnerabilities.find(
      ({ artifactDigests }) => artifactDigests.length > 0 && !artifactDigests.includes(digest),
    );
    if (foreign === undefined) return report;
    throw new PilotError(
      'SCAN_FAILED',
      `the report of ${nameOf(this.#place, digest)} is about ${foreign.artifactDigests[0]}`,
      { hint: 'Scan the image again in Harbor. If that does not help, report it to the makers of the scanner.' },
    );
  }

  #failure(): PilotError {
    const { status } = this.#overview;
    const what = status === 'Stopped' ? 'was stopped' : 'ended with an error';
    return new PilotError(
      'SCAN_FAILED',
      `the scan of ${nameOf(this.#place, this.image.digest)} (${this.image.platform}) ${what}, twice`,
      {
        hint: 'Read the log of the scan on the page of the image in Harbor, and look whether the scanner is healthy. Then run this again.',
        details: { status, digest: this.image.digest, platform: this.image.platform },
      },
    );
  }
}
