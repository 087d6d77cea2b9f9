import type { Scanner, Severity, Vulnerability, VulnerabilityReport } from '@harbor-pilot/harbor';
import type { Digest } from '@harbor-pilot/oci';
import { severityRank } from './severity.ts';

/** A vulnerability with the platforms it was found on. */
export type FoundVulnerability = Pick<
  Vulnerability,
  'id' | 'package' | 'version' | 'fixVersion' | 'severity' | 'cvssScore'
> & { readonly platforms: readonly string[] };

/** What the scanner found in an image, all platforms together. Every image of it has a finished report. */
export interface ScannedImage {
  /** The digest that was asked for: of the image or of the index. */
  readonly digest: Digest;
  /** Platforms that were scanned. */
  readonly platforms: readonly string[];
  /** Name and version, `Trivy v0.68.2`. */
  readonly scanner?: string;
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

/** The vulnerabilities of several reports, each once: the same id in the same version of the same package is one. */
export function mergeReports(reports: readonly PlatformReport[]): FoundVulnerability[] {
  const merged = new Map<string, FoundVulnerability & { readonly platforms: string[] }>();
  for (const { platform, report } of reports) {
    for (const vulnerability of report.vulnerabilities) {
      const key = `${vulnerability.id}\0${vulnerability.package}\0${vulnerability.version}`;
      const known = merged.get(key);
      merged.set(key, known === undefined ? found(vulnerability, platform) : united(known, vulnerability, platform));
    }
  }
  return [...merged.values()];
}

function found(vulnerability: Vulnerability, platform: string): FoundVulnerability & { readonly platforms: string[] } {
  const { id, version, fixVersion, severity, cvssScore } = vulnerability;
  return {
    id,
    package: vulnerability.package,
    version,
    ...(fixVersion === undefined ? {} : { fixVersion }),
    severity,
    ...(cvssScore === undefined ? {} : { cvssScore }),
    platforms: [platform],
  };
}

/** Where reports differ, the worse word wins: the higher severity and score, and a fix that any of them knows. */
function united(
  known: FoundVulnerability & { readonly platforms: string[] },
  other: Vulnerability,
  platform: string,
): FoundVulnerability & { readonly platforms: string[] } {
  if (!known.platforms.includes(platform)) known.platforms.push(platform);
  const fixVersion = known.fixVersion ?? other.fixVersion;
  const cvssScore = Math.max(known.cvssScore ?? -1, other.cvssScore ?? -1);
  return {
    ...known,
    severity: worse(known.severity, other.severity),
    ...(fixVersion === undefined ? {} : { fixVersion }),
    ...(cvssScore < 0 ? {} : { cvssScore }),
  };
}

function worse(one: Severity, other: Severity): Severity {
  if (one === 'Unknown' || other === 'Unknown') return one === 'Unknown' ? other : one;
  return severityRank(one) <= severityRank(other) ? one : other;
}

/** `name version` of a scanner. */
export function formatScanner(scanner: Scanner | undefined): string | undefined {
  return scanner === undefined ? undefined : [scanner.name, scanner.version].filter(Boolean).join(' ');
}
