import type { Digest } from '@harbor-pilot/oci';

/** Severities that somebody has given, worst first. */
export const ratedSeverities = ['Critical', 'High', 'Medium', 'Low', 'Negligible'] as const;

/** A severity that somebody has given. */
export type RatedSeverity = (typeof ratedSeverities)[number];

/** A vulnerability as its source tells of it, all platforms together. */
export interface FoundVulnerability {
  /** `CVE-2026-1234`, `GHSA-…`. */
  readonly id: string;
  /** Other names of the same. */
  readonly aliases?: readonly string[];
  readonly package: string;
  readonly version: string;
  /** `alpine`, `npm`; as the source calls it. */
  readonly packageType?: string;
  /** Package URL. */
  readonly purl?: string;
  /** Where in the image the package is, when the source tells: `app/package-lock.json`. */
  readonly path?: string;
  /** Digest of the layer that brought the package. */
  readonly layer?: string;
  /** Absent when there is no fix. */
  readonly fixVersion?: string;
  readonly severity: RatedSeverity | 'Unknown';
  /** What the distribution says of it: `will_not_fix`. */
  readonly status?: string;
  /** Base CVSS score of version 3 or later, 0 to 10. */
  readonly cvssScore?: number;
  /** That of the score. */
  readonly cvssVector?: string;
  /** Those of other sources, when they differ. */
  readonly otherVectors?: readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly links?: readonly string[];
  /** `CWE-79`. */
  readonly cwes?: readonly string[];
  /** ISO 8601. */
  readonly publishedAt?: string;
  /** When there was a fixed version for the first time, ISO 8601. */
  readonly fixedAt?: string;
  /** Probability of exploitation in the next 30 days (EPSS), 0 to 1. */
  readonly epss?: number;
  /** Whether it is in the catalogue of known exploited vulnerabilities (KEV). */
  readonly isKnownExploited?: boolean;
  readonly platforms: readonly string[];
}

/** What a policy makes of a vulnerability. */
export interface JudgedVulnerability extends FoundVulnerability {
  /** What it counts as when the source does not rate it. */
  readonly countedAs: RatedSeverity;
  /** `excepted`: it would be refused, but somebody has answered for it. */
  readonly outcome: 'refused' | 'allowed' | 'excepted';
  /** Why, in a few words: `high severity`, `no fix yet`, `accepted until 2027-01-31`. */
  readonly because: string;
  /** The exception that covers it, by its place in {@link GateReport.exceptions}. */
  readonly exception?: number;
  /** Whether the baseline does not have it; absent without a baseline. */
  readonly isNew?: boolean;
}

/** Somebody's word that a vulnerability does not count, and what became of it in this run. */
export interface ReportedException {
  /** Of the vulnerability. */
  readonly id: string;
  readonly package?: string;
  readonly reason: string;
  readonly owner?: string;
  /** ISO 8601; absent when it never ends. */
  readonly expiresAt?: string;
  /** Where it stands: `harbor-pilot.yml`, `.trivyignore`, `vex/app.json`, `CVE allowlist of the project shop`. */
  readonly from: string;
  readonly state: 'used' | 'unused' | 'expired' | 'expiring';
}

/** One upgrade, and what it removes. */
export interface Upgrade {
  readonly package: string;
  readonly from: string;
  readonly to: string;
  /** Ids of the vulnerabilities that are gone then. */
  readonly removes: readonly string[];
  /** How many of them are refused. */
  readonly refused: number;
  /** Whether the package came with the base image, where that is known. */
  readonly isFromBase?: boolean;
}

/** What Harbor itself will answer to a pull, and why. */
export interface HarborVerdict {
  readonly pull: 'allowed' | 'refused' | 'unknown';
  readonly reasons: readonly string[];
  /** Where it differs from our verdict, and why; empty when it does not. */
  readonly differences: readonly string[];
}

/** All that one run of the gate found and decided: what every report is made of. */
export interface GateReport {
  readonly schemaVersion: 1;
  /** `registry/repository`. */
  readonly image: string;
  readonly digest: Digest;
  readonly platforms: readonly string[];
  /** Who found the vulnerabilities. */
  readonly source: {
    /** `Trivy v0.68.2`, or the name of the file. */
    readonly name: string;
    /** ISO 8601. */
    readonly scannedAt?: string;
    /** Of the vulnerability data, ISO 8601. */
    readonly dataUpdatedAt?: string;
  };
  readonly verdict: 'passed' | 'refused';
  /** Whether a refusal fails the build. */
  readonly failBuild: boolean;
  /** The rules in words, one each. */
  readonly policy: readonly string[];
  /** Why the verdict is what it is, in sentences. */
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
  /** Of each severity, whether it counts or not; `Unknown` is one of them. */
  readonly counts: Readonly<Record<string, number>>;
  /** Worst first, all of them. */
  readonly vulnerabilities: readonly JudgedVulnerability[];
  readonly exceptions: readonly ReportedException[];
  readonly upgrades: readonly Upgrade[];
  /** What it was compared with. */
  readonly baseline?: {
    readonly name: string;
    readonly added: number;
    readonly removed: number;
  };
  readonly harbor?: HarborVerdict;
  /** ISO 8601. */
  readonly judgedAt: string;
  readonly durationSeconds: number;
}
