import { PilotError } from '@harbor-pilot/core';
import type { HarborArtifact } from '@harbor-pilot/harbor';
import type { Digest } from '@harbor-pilot/oci';
import { FollowedScan, type ScanSetting } from './followed-scan.ts';
import type { ScanTimes } from './next-move.ts';
import { isIndex, nameOf } from './scan-kind.ts';

/** The scan of one image, followed until its result is there. */
export class ImageScan<Result> {
  /** Its platform, or the beginning of its digest where no platform is known. */
  readonly platform: string;
  readonly scan: FollowedScan<Result>;
  readonly #setting: ScanSetting<Result>;
  #result: Result | undefined;

  constructor(setting: ScanSetting<Result>, digest: Digest, platform: string, scan?: FollowedScan<Result>) {
    this.#setting = setting;
    this.platform = platform;
    this.scan = scan ?? new FollowedScan(setting, digest);
  }

  get digest(): Digest {
    return this.scan.digest;
  }

  /** The finished result; undefined as long as there is none, which is never a pass. */
  get result(): Result | undefined {
    return this.#result;
  }

  /**
   * Looks once, and does what is next.
   * @param mayStart false when another request for a scan covers this image.
   * @returns Harbor's record.
   * @throws PilotError SCAN_FAILED, SCAN_NO_SCANNER, and what Harbor's client throws.
   */
  async advance(times: ScanTimes, mayStart: boolean): Promise<HarborArtifact> {
    const artifact = await this.scan.look(times);
    if (!isIndex(artifact)) await this.act(times, mayStart);
    return artifact;
  }

  /** Does what is next after a look. */
  async act(times: ScanTimes, mayStart: boolean): Promise<void> {
    switch (this.scan.move(times)) {
      case 'wait':
        return;
      case 'start':
      case 'replace':
        if (mayStart) await this.scan.start(times);
        return;
      case 'read':
        this.scan.requests += 1;
        this.#result = await this.#setting.kind.read(this.#setting.place, this.digest, this.scan.overview);
        return;
      case 'no-scanner':
        throw this.scan.noScanner(times);
      case 'fail':
        throw this.#failure();
    }
  }

  #failure(): PilotError {
    const { status } = this.scan.overview;
    const what = status === 'Stopped' ? 'was stopped' : 'ended with an error';
    return new PilotError(
      'SCAN_FAILED',
      `the ${this.#setting.kind.noun} of ${nameOf(this.#setting.place, this.digest)} (${this.platform}) ${what}, twice`,
      {
        hint: 'Read the log of the scan on the page of the image in Harbor, and look whether the scanner is healthy. Then run this again.',
        details: { status, digest: this.digest, platform: this.platform },
      },
    );
  }
}
