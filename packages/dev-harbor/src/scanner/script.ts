import type { ScannedArtifact } from './scan-request.ts';
import type { Severity } from './severity.ts';

/** A vulnerability that a scan is told to find. */
export interface PlantedVulnerability {
  readonly id: string;
  readonly package: string;
  readonly version: string;
  readonly severity: Severity;
  /** The version without it; none when absent. */
  readonly fixVersion?: string;
  readonly description?: string;
  /** Base CVSS score of version 3, 0 to 10. */
  readonly cvssScore?: number;
  readonly cvssVector?: string;
  readonly links?: readonly string[];
  /** `CWE-79`. */
  readonly cwes?: readonly string[];
}

/** What scans of a repository, or of one digest in it, are told to do instead of looking into the image. */
export interface ScriptedScan {
  /** With its project, `acme/app`. */
  readonly repository: string;
  /** Every manifest of the repository when absent. */
  readonly digest?: string;
  /** All that is found; an empty list for a clean image. The image itself is scanned when absent. */
  readonly vulnerabilities?: readonly PlantedVulnerability[];
  /** The scan fails for this reason. */
  readonly failure?: string;
  /** How long the scan takes at least. */
  readonly delaySeconds?: number;
}

/** What the scanner is told to answer, for tests. It lasts as long as the process. */
export class ScanScript {
  /** Whether the scanner refuses everything. */
  isUnhealthy = false;
  readonly #scans = new Map<string, ScriptedScan>();

  /** Replaces what was said about the same repository and digest. */
  set(scan: ScriptedScan): void {
    this.#scans.set(`${scan.repository} ${scan.digest ?? ''}`, scan);
  }

  clear(): void {
    this.#scans.clear();
  }

  /** What was said about an artifact: about its digest, otherwise about its repository. */
  for({ repository, digest }: ScannedArtifact): ScriptedScan | undefined {
    return this.#scans.get(`${repository} ${digest}`) ?? this.#scans.get(`${repository} `);
  }
}
