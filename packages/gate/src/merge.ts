import type { Scanner, Vulnerability, VulnerabilityReport } from '@harbor-pilot/harbor';
import type { Digest } from '@harbor-pilot/oci';
import type { FoundVulnerability } from '@harbor-pilot/step-kit';
import { known } from './known.ts';
import { severityRank } from './severity.ts';
import type { ReportedVulnerability } from './sources/scan-file.ts';
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

/** A found vulnerability while it is put together. Reports have 100,000: objects are filled, not copied. */
type Growing = { -readonly [Key in keyof FoundVulnerability]: FoundVulnerability[Key] } & { platforms: string[] };

/** The vulnerabilities of several reports of Harbor, each once. */
export function mergeReports(reports: readonly PlatformReport[]): FoundVulnerability[] {
  const merging = new Merging();
  for (const { platform, report } of reports) {
    for (const vulnerability of report.vulnerabilities) merging.add(platform, toldBy(vulnerability));
  }
  return merging.all();
}

/**
 * Takes together what several reports of an image tell: the same id in the same version of a package at the same place is
 * one vulnerability, whatever the number of platforms and scanners. Where they differ, the worse word counts.
 */
export class Merging {
  readonly #merged = new Map<string, Growing>();

  add(platform: string, told: ReportedVulnerability): void {
    const key = `${told.id}\0${told.package}\0${told.version}\0${told.path}`;
    const known = this.#merged.get(key);
    if (known === undefined) this.#merged.set(key, { ...told, platforms: [platform] });
    else addTo(known, told, platform);
  }

  /** In the order in which they came. */
  all(): FoundVulnerability[] {
    return [...this.#merged.values()];
  }
}

/** Keeps the higher severity, score and probability and the earlier dates, and fills in what was not known: a fix that any tells. */
function addTo(known: Growing, told: ReportedVulnerability, platform: string): void {
  if (!known.platforms.includes(platform)) known.platforms.push(platform);
  const { severity, cvssScore = 0, cvssVector, epss, isKnownExploited, ...others } = told;
  if (severityRank(severity) < severityRank(known.severity)) known.severity = severity;
  if (cvssScore > (known.cvssScore ?? 0)) {
    known.cvssScore = cvssScore;
    if (cvssVector === undefined) delete known.cvssVector;
    else known.cvssVector = cvssVector;
  }
  if (epss !== undefined) known.epss = Math.max(epss, known.epss ?? 0);
  if (isKnownExploited === true) known.isKnownExploited = true;
  for (const date of ['publishedAt', 'fixedAt'] as const) {
    const moment = told[date];
    if (moment !== undefined && moment < (known[date] ?? moment)) known[date] = moment;
  }
  Object.assign(known, { ...others, ...known });
}

/** What Harbor tells of a vulnerability. The score that the scanner prefers counts before those of others; 0 stands for none. */
function toldBy(vulnerability: Vulnerability): ReportedVulnerability {
  const { id, version, severity, fixVersion, status, description, links, cwes, cvssScore = 0 } = vulnerability;
  return known({
    ...readVendorAttributes(vulnerability.vendorAttributes),
    id,
    package: vulnerability.package,
    version,
    severity,
    fixVersion,
    status,
    description,
    links: links.length > 0 ? links : undefined,
    cwes: cwes.length > 0 ? cwes : undefined,
    ...(cvssScore > 0 ? { cvssScore, cvssVector: vulnerability.cvssVector } : {}),
  });
}

/** `name version` of a scanner. */
export function formatScanner(scanner: Scanner | undefined): string | undefined {
  return scanner === undefined ? undefined : [scanner.name, scanner.version].filter(Boolean).join(' ');
}
