import type { Scanner, Vulnerability, VulnerabilityReport } from '@harbor-pilot/harbor';
import type { Digest } from '@harbor-pilot/oci';
import type { FoundVulnerability } from '@harbor-pilot/step-kit';
import { severityRank } from './severity.ts';
import { readVendorAttributes, type ToldByScanner } from './vendor-attributes.ts';

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

/** A found vulnerability while it is put together. Reports have 100,000: objects are filled, not copied. */
type Growing = { -readonly [Key in keyof FoundVulnerability]: FoundVulnerability[Key] } & { platforms: string[] };

/** The vulnerabilities of several reports, each once: the same id in the same version of the same package is one. */
export function mergeReports(reports: readonly PlatformReport[]): FoundVulnerability[] {
  const merged = new Map<string, Growing>();
  for (const { platform, report } of reports) {
    for (const vulnerability of report.vulnerabilities) {
      const key = `${vulnerability.id}\0${vulnerability.package}\0${vulnerability.version}`;
      const known = merged.get(key);
      if (known === undefined) merged.set(key, foundVulnerability(vulnerability, platform));
      else addTo(known, vulnerability, platform);
    }
  }
  return [...merged.values()];
}

function foundVulnerability(vulnerability: Vulnerability, platform: string): Growing {
  const { id, version, severity, vendorAttributes } = vulnerability;
  const found: Growing = { id, package: vulnerability.package, version, severity, platforms: [platform] };
  addFacts(found, vulnerability);
  Object.assign(found, withoutScore(readVendorAttributes(vendorAttributes), found));
  return found;
}

/** Where reports differ, the worse word wins: the higher severity and score, and a fix that any of them knows. */
function addTo(known: Growing, other: Vulnerability, platform: string): void {
  if (!known.platforms.includes(platform)) known.platforms.push(platform);
  if (severityRank(other.severity) < severityRank(known.severity)) known.severity = other.severity;
  addFacts(known, other);
}

/** Adds what is not known yet, and a higher score with its vector. A score of 0 stands for none. */
function addFacts(found: Growing, { fixVersion, status, description, links, cwes, ...scored }: Vulnerability): void {
  if (fixVersion !== undefined) found.fixVersion ??= fixVersion;
  if (status !== undefined) found.status ??= status;
  if (description !== undefined) found.description ??= description;
  if (links.length > 0) found.links ??= links;
  if (cwes.length > 0) found.cwes ??= cwes;
  const { cvssScore = 0, cvssVector } = scored;
  if (cvssScore <= (found.cvssScore ?? 0)) return;
  found.cvssScore = cvssScore;
  if (cvssVector === undefined) delete found.cvssVector;
  else found.cvssVector = cvssVector;
}

/** The score that the scanner prefers counts before those of others. */
function withoutScore(told: ToldByScanner, { cvssScore }: Growing): ToldByScanner {
  if (cvssScore === undefined) return told;
  const { cvssScore: _score, cvssVector: _vector, ...rest } = told;
  return rest;
}

/** `name version` of a scanner. */
export function formatScanner(scanner: Scanner | undefined): string | undefined {
  return scanner === undefined ? undefined : [scanner.name, scanner.version].filter(Boolean).join(' ');
}
