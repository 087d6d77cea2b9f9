import { PilotError } from '@harbor-pilot/core';
import type { HarborArtifact, SbomOverview, ScanOverview } from '@harbor-pilot/harbor';
import type { Digest } from '@harbor-pilot/oci';
import { identityOf, nextMove, type ScanMemory, type ScanMove, type ScanTimes, type Sight } from './next-move.ts';
import type { Pace } from './pace.ts';
import { type ImagePlace, type KindOfScan, nameOf } from './scan-kind.ts';
import type { ScannerWatch } from './scanner-watch.ts';

/** What all scans of one wait have in common. */
export interface ScanSetting<Result> {
  readonly place: ImagePlace;
  readonly kind: KindOfScan<Result>;
  readonly scanner: ScannerWatch;
  readonly pace: Pace;
}

/** The scan of one manifest as Harbor shows it, with what was done about it. Each method adds to the requests. */
export class FollowedScan<Result> {
  readonly digest: Digest;
  /** Requests made so far. */
  requests = 0;
  readonly #setting: ScanSetting<Result>;
  #sight: Sight = { overview: { status: 'absent' }, isScannable: true, scanner: 'unknown' };
  #memory: ScanMemory = { isStarted: false };
  #refusal: PilotError | undefined;
  /** Whether something was seen of a scan since one was asked for. */
  #hasShown = false;

  constructor(setting: ScanSetting<Result>, digest: Digest) {
    this.#setting = setting;
    this.digest = digest;
  }

  get overview(): SbomOverview {
    return this.#sight.overview;
  }

  /** Whether there was nothing to be seen at the last look, and no scanner that would answer. */
  get isBlind(): boolean {
    return this.#memory.blindSinceSeconds !== undefined;
  }

  /**
   * Looks once.
   * @throws PilotError ANSWER_UNEXPECTED when Harbor tells about something else, and what Harbor's client throws.
   */
  async look({ elapsedSeconds }: ScanTimes): Promise<HarborArtifact> {
    const { place, kind, scanner } = this.#setting;
    this.requests += 1;
    const artifact = await place.harbor.artifact(place.project, place.repository, this.digest);
    requireSame(place, this.digest, artifact);
    const overview = kind.overviewOf(artifact);
    const isBlind = overview.status === 'absent' && !artifact.isScannable;
    if (isBlind && (await scanner.look(elapsedSeconds))) this.requests += 1;
    this.#sight = { overview, isScannable: artifact.isScannable, scanner: scanner.health };
    const isAsBefore = overview.status === 'absent' || isFailure(overview);
    if (isBlind) this.#remember({ blindSinceSeconds: this.#memory.blindSinceSeconds ?? elapsedSeconds });
    else if (this.#memory.refusal !== 'offered' || !isAsBefore) this.#see();
    return artifact;
  }

  move(times: ScanTimes): ScanMove {
    return nextMove(this.#sight, this.#memory, times);
  }

  /** Asks for a scan. Being told that one is running already is as good; being told that no scanner can is remembered. */
  async start(times: ScanTimes): Promise<void> {
    const { place, kind } = this.#setting;
    const { elapsedSeconds } = times;
    this.requests += 1;
    try {
      await place.harbor.startScan(place.project, place.repository, this.digest, kind.kind);
    } catch (error) {
      if (!(error instanceof PilotError)) throw error;
      const isUnable = await this.#makesNoSboms(error, times);
      if (!isUnable && (error.code !== 'SCAN_NO_SCANNER' || isCertain(error))) throw error;
      this.#refusal = error;
      this.#remember({
        refusal: this.#sight.isScannable ? 'offered' : 'hidden',
        blindSinceSeconds: this.#memory.blindSinceSeconds ?? elapsedSeconds,
      });
      if (isUnable) throw this.noScanner(times);
      return;
    }
    this.#setting.pace.hurry();
    const { status } = this.overview;
    this.#see();
    this.#hasShown = false;
    this.#remember({
      isStarted: true,
      ...(status === 'absent' ? {} : { replaced: { scan: identityOf(this.overview), atSeconds: elapsedSeconds } }),
    });
  }

  /** The error when no scanner can be had. */
  noScanner({ elapsedSeconds }: ScanTimes): PilotError {
    const { place, scanner, kind } = this.#setting;
    const seconds = Math.round(elapsedSeconds - (this.#memory.blindSinceSeconds ?? elapsedSeconds));
    const name = scanner.name ?? 'of the project';
    const image = nameOf(place, this.digest);
    const isOffered = this.#memory.refusal === 'offered' && this.#sight.isScannable && !isFailure(this.overview);
    const facts = {
      none: `the project ${place.project} has no scanner that is switched on`,
      healthy: `the scanner ${name} does not ${kind.verb} ${image}`,
      unhealthy: `the scanner ${name} has not answered Harbor for ${seconds} s, so that nothing is known of ${image}`,
      unknown: `for ${seconds} s Harbor has offered no scan of ${image}: its scanner does not answer, or does not scan such images`,
    };
    const closer =
      scanner.health === 'unknown' && !isOffered
        ? ' This account may not ask which: that takes the permission "scanner: read".'
        : '';
    return new PilotError('SCAN_NO_SCANNER', facts[isOffered ? 'healthy' : scanner.health], {
      cause: this.#refusal,
      hint: `Look in Harbor under "Interrogation Services" for a scanner that is enabled, healthy, and scans such images. While it does not answer, Harbor hides also what it found before.${closer}`,
      details: { scanner: scanner.health, digest: this.digest },
    });
  }

  /** Harbor breaks when it is asked for a bill of materials that its scanner does not make. */
  async #makesNoSboms({ code }: PilotError, { elapsedSeconds }: ScanTimes): Promise<boolean> {
    const { kind, scanner } = this.#setting;
    if (code !== 'HARBOR_UNAVAILABLE' || kind.kind !== 'sbom') return false;
    if (await scanner.look(elapsedSeconds)) this.requests += 1;
    return scanner.makesSboms === false;
  }

  #remember(change: Partial<ScanMemory>): void {
    this.#memory = { ...this.#memory, ...change };
  }

  /** There is something to be seen again. */
  #see(): void {
    const { isStarted, replaced } = this.#memory;
    const isAbsent = this.overview.status === 'absent';
    // What was asked for while the scanner did not answer may be lost; what has shown and is gone was another scanner's.
    const isLost = isAbsent && (this.isBlind || this.#hasShown);
    this.#hasShown = !isAbsent && replaced?.scan !== identityOf(this.overview);
    this.#memory = { isStarted: isStarted && !isLost, ...(replaced === undefined ? {} : { replaced }) };
  }
}

/** Harbor says it about the project; the other refusal may be about a scanner that does not answer at the moment. */
function isCertain({ message }: PilotError): boolean {
  return /no available scanner|is deactivated/i.test(message);
}

const isFailure = ({ status }: ScanOverview): boolean => status === 'Error' || status === 'Stopped';

function requireSame(place: ImagePlace, digest: Digest, artifact: HarborArtifact): void {
  if (artifact.digest === digest) return;
  throw new PilotError(
    'ANSWER_UNEXPECTED',
    `asked for ${nameOf(place, digest)}, Harbor told about ${artifact.digest}`,
    { hint: 'Look for a proxy or cache between here and Harbor that mixes up answers.' },
  );
}
