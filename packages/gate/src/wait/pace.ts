const firstPauseSeconds = 1;
const longestPauseSeconds = 5;
const pauseGrowth = 1.5;
const secondsPerRequest = 2;
/** Small images are scanned in a second or two: so many requests more are made in the beginning. */
const earlyRequests = 3;

/** How often to ask: soon in the beginning, then less and less, and no more than one request in two seconds. */
export class Pace {
  #requests = 0;
  #pauseSeconds = firstPauseSeconds;

  /** Counts requests. */
  note(count: number): void {
    this.#requests += count;
  }

  /** A scan has begun, and may be over soon. */
  hurry(): void {
    this.#pauseSeconds = firstPauseSeconds;
  }

  /** How long to wait until the next look. */
  pauseSeconds(elapsedSeconds: number): number {
    const pause = this.#pauseSeconds;
    this.#pauseSeconds = Math.min(pause * pauseGrowth, longestPauseSeconds);
    return Math.max(pause, this.leastSeconds(elapsedSeconds));
  }

  /** How long to wait even when there is news. */
  leastSeconds(elapsedSeconds: number): number {
    return Math.max(0, (this.#requests - earlyRequests) * secondsPerRequest - elapsedSeconds);
  }
}
