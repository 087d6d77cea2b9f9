import type { Digest } from '@harbor-pilot/oci';
import type { FoundVulnerability } from '@harbor-pilot/step-kit';

/** A vulnerability as the report of one image tells of it. */
export type ReportedVulnerability = Omit<FoundVulnerability, 'platforms'>;

/** What a report says of the image that it is about. */
export interface ReportedImage {
  /** As the scanner was asked for it: `registry/repository:tag`, or a file. */
  readonly name?: string;
  /** Of the manifest, the index or the configuration; scanners do not always tell which. */
  readonly digests: readonly Digest[];
  /** `linux/arm64`. */
  readonly platform?: string;
}

/** What is to be said of a system at the end of its life. */
export const noUpdates = 'gets no more security updates, and nobody may tell of its vulnerabilities any more.';

/** What a file says of one image. */
export interface ScanFile {
  /** Name of the file, for messages. */
  readonly file: string;
  /** `Trivy`, `SARIF`. */
  readonly format: string;
  /** `Trivy 0.68.2`. */
  readonly scanner?: string;
  /** ISO 8601. */
  readonly scannedAt?: string;
  /** Of the vulnerability data, ISO 8601. */
  readonly dataUpdatedAt?: string;
  readonly about: ReportedImage;
  /** Whether it has no word about fixes: that none is named does not say then that there is none. */
  readonly lacksFixes?: boolean;
  /** Each entry of the report, none left out. */
  readonly vulnerabilities: readonly ReportedVulnerability[];
  readonly warnings: readonly string[];
}
