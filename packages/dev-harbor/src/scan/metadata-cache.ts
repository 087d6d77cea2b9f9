import type { Clock } from '@harbor-pilot/core';
import type { Scanner } from '../store/scanners.ts';
import { fetchMetadata, type ScannerMetadata } from './adapter-client.ts';

const lifetimeMilliseconds = 30_000;

/** What scanners said about themselves in the last half minute; also that one said nothing. */
export class MetadataCache {
  readonly #clock: Clock;
  readonly #entries = new Map<
    string,
    { readonly until: number; readonly metadata: Promise<ScannerMetadata | undefined> }
  >();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  clear(): void {
    this.#entries.clear();
  }

  /** Undefined while the scanner cannot be reached. */
  async of(scanner: Scanner): Promise<ScannerMetadata | undefined> {
    const now = this.#clock.now().getTime();
    const known = this.#entries.get(scanner.uuid);
    if (known !== undefined && known.until > now) return known.metadata;
    const metadata = fetchMetadata(scanner).catch(() => undefined);
    this.#entries.set(scanner.uuid, { until: now + lifetimeMilliseconds, metadata });
    return metadata;
  }
}
