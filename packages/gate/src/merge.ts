import type { Scanner, Vulnerability, VulnerabilityReport } from '@harbor-pilot/harbor';
import type { Digest } from '@harbor-pilot/oci';
import type { FoundVulnerability } from '@harbor-pilot/step-kit';
import { severityRank } from './severity.ts';
import { readVendorAttributes } from './vendor-attributes.ts';

/** What the scanner found in an image, all platforms together. Every image of it has a finished report. */
export interface ScannedImage {
  /** The digest that was asked for: of the image or of the index. */
  readonly digest: Digest;
  /** Platforms that were scanned. */
  readonly platforms: readonly string[];
  /** The digest of each platform's image. */
  readonly platformDigests: ReadonlyMap<string, Digest>;
  /** Name and version, `Trivy v0.68.2`. */
  readonly scanner?: string;
  /** When the oldest of the reports was made, ISO 8601. */
  readonly scannedAt?: string;
  /** Each once, however many platforms have it; in the order of the reports. */
  readonly vulnerabilities: readonly FoundVulnerability[];
  /** How long the wait for the reports took. */
  readonly durationSeconds: number;
}

/** The report of one platform. */
export interface PlatformReport {
  readonly platform: string;
  readonly report: VulnerabilityReport;
}

interface Growing extends FoundVulnerability {
  readonly platforms: string[];
}

/** The vulnerabilities of several reports, each once: the same id in the same version of the same package is one. */
export function mergeReports(reports: readonly PlatformReport[]): FoundVulnerability[] {
  const merged = new Map<string, Growing>();
  for (const { platform, report } of reports) {
    for (const vulnerability of report.vulnerabilities) {
      const key = `${vulnerability.id}\0${vulnerability.package}\0${vulnerability.version}`;
      const known = merged.get(key);
      const found = foundVulnerability(vulnerability, platform);
      merged.set(key, known === undefined ? found : united(known, found, platform));
    }
  }
  return [...merged.values()];
}

function foundVulnerability(vulnerability: Vulnerability, platform: string): Growing {
  const { id, version, fixVersion, severity, status, description, links, cwes, cvssScore, cvssVector } = vulnerability;
  return {
    ...readVendorAttributes(vulnerability.vendorAttributes),
    id,
    package: vulnerability.package,
    version,
    ...(fixVersion === undefined ? {} : { fixVersion }),
    severity,
    ...(status === undefined ? {} : { status }),
    // The scanner prefers one score to those of others, but 0 stands for none.
    ...(cvssScore ? { cvssScore, ...(cvssVector === undefined ? {} : { cvssVector }) } : {}),
    ...(description === undefined ? {} : { description }),
    ...(links.length === 0 ? {} : { links }),
    ...(cwes.length === 0 ? {} : { cwes }),
    platforms: [platform],
  };
}

/** Where reports differ, the worse word wins: the higher severity and score, and a fix that any of them knows. */
function united(known: Growing, other: Growing, platform: string): Growing {
  if (!known.platforms.includes(platform)) known.platforms.push(platform);
  const { cvssScore: ours = -1, cvssVector: _ours, ...rest } = known;
  const { cvssScore: theirs = -1, cvssVector: _theirs, ...otherRest } = other;
  const { cvssScore, cvssVector } = theirs > ours ? other : known;
  return {
    ...otherRest,
    ...rest,
    severity: severityRank(other.severity) < severityRank(known.severity) ? other.severity : known.severity,
    ...(cvssScore === undefined ? {} : { cvssScore }),
    ...(cvssVector === undefined ? {} : { cvssVector }),
    platforms: known.platforms,
  };
}

/** `name version` of a scanner. */
export function formatScanner(scanner: Scanner | undefined): string | undefined {
  return scanner === undefined ? undefined : [scanner.name, scanner.version].filter(Boolean).join(' ');
}
