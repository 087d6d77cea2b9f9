import type { Scanner, Vulnerability, VulnerabilityReport } from '@harbor-pilot/harbor';
import type { Digest } from '@harbor-pilot/oci';
import type { FoundVulnerability } from '@harbor-pilot/step-kit';
import { type Cvss, worseCvss, worstCvss } from './cvss.ts';
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

/** A found vulnerability while it is put together. Reports have 100,000: objects are filled, not copied. */
type Growing = { -readonly [Key in keyof FoundVulnerability]: FoundVulnerability[Key] } & { platforms: string[] };

/** The vulnerabilities of several reports of Harbor, each once. */
export function mergeReports(reports: readonly PlatformReport[]): FoundVulnerability[] {
  const merging = new Merging();
  for (const { platform, report } of reports) {
    for (const vulnerability of report.vulnerabilities) merging.add(toldBy(vulnerability, platform));
  }
  return merging.all();
}

/**
 * Takes together what several reports of an image tell: the same id in the same version of a package at the same place is
 * one vulnerability, whatever the number of platforms and scanners. Where they differ, the worse word counts.
 */
export class Merging {
  readonly #merged = new Map<string, Growing>();

  /** @param told of one platform, which nobody else has: it may be changed. */
  add(told: Growing): void {
    const key = `${told.id}\0${told.package}\0${told.version}\0${told.path ?? ''}`;
    const known = this.#merged.get(key);
    if (known === undefined) this.#merged.set(key, told);
    else addTo(known, told);
  }

  /** In the order in which they came. */
  all(): FoundVulnerability[] {
    return [...this.#merged.values()];
  }
}

/** Facts that are not filled in where they are missing, but compared, or that belong to others. */
const compared: ReadonlySet<string> = new Set(['cvssVector', 'cvssScore', 'otherVectors', 'epss', 'isKnownExploited']);

/** Keeps the higher severity, score and probability and the earlier dates, and fills in what was not known: a fix that any tells. */
function addTo(known: Growing, told: Growing): void {
  for (const platform of told.platforms) if (!known.platforms.includes(platform)) known.platforms.push(platform);
  const { severity, status, epss, isKnownExploited } = told;
  if (severityRank(severity) < severityRank(known.severity)) known.severity = severity;
  if (status === 'fixed') known.status = status;
  if (!isSameCvss(known, told)) setCvss(known, worseCvss(known, told));
  if (epss !== undefined && epss > (known.epss ?? -1)) known.epss = epss;
  if (isKnownExploited !== undefined && known.isKnownExploited !== true) known.isKnownExploited = isKnownExploited;
  for (const date of ['publishedAt', 'fixedAt'] as const) {
    const moment = told[date];
    if (moment !== undefined && moment < (known[date] ?? moment)) known[date] = moment;
  }
  fill(known, told);
}

/** On most platforms it is. */
function isSameCvss(one: Cvss, other: Cvss): boolean {
  const [vectors, others] = [one.otherVectors, other.otherVectors];
  return (
    one.cvssScore === other.cvssScore &&
    one.cvssVector === other.cvssVector &&
    vectors?.length === others?.length &&
    vectors?.every((vector, place) => vector === others?.[place]) !== false
  );
}

function setCvss(known: Growing, { cvssScore, cvssVector, otherVectors }: Cvss): void {
  if (cvssScore !== undefined) known.cvssScore = cvssScore;
  if (cvssVector === undefined) delete known.cvssVector;
  else known.cvssVector = cvssVector;
  if (otherVectors !== undefined) known.otherVectors = otherVectors;
}

function fill(known: object, told: object): void {
  const [facts, others] = [known, told] as [Record<string, unknown>, Record<string, unknown>];
  for (const key in others) {
    if (facts[key] === undefined && others[key] !== undefined && !compared.has(key)) facts[key] = others[key];
  }
}

/**
 * What Harbor tells of a vulnerability. Of its scores the highest counts; 0 stands for none. Trivy prefers none: the one that
 * Harbor calls preferred is that of NVD or of any other source after the first scan, and none after the next (Harbor 2.15,
 * src/pkg/scan/postprocessors/report_converters.go).
 */
function toldBy(vulnerability: Vulnerability, platform: string): Growing {
  const { id, version, severity, fixVersion, status, description, links, cwes, vendorAttributes } = vulnerability;
  const told: Growing = { id, package: vulnerability.package, version, severity, platforms: [platform] };
  if (fixVersion !== undefined) told.fixVersion = fixVersion;
  if (status !== undefined) told.status = status;
  if (description !== undefined) told.description = description;
  if (links.length > 0) told.links = links;
  if (cwes.length > 0) told.cwes = cwes;
  const bySource = readVendorAttributes(vendorAttributes);
  const preferred = worstCvss([{ score: vulnerability.cvssScore, vector: vulnerability.cvssVector }]);
  const isComplete = preferred.cvssVector !== undefined;
  Object.assign(told, bySource);
  setCvss(told, isComplete ? worseCvss(preferred, bySource) : worseCvss(bySource, preferred));
  return told;
}

/** `name version` of a scanner. */
export function formatScanner(scanner: Scanner | undefined): string | undefined {
  return scanner === undefined ? undefined : [scanner.name, scanner.version].filter(Boolean).join(' ');
}
