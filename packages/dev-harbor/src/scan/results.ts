import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';
import { isIndexType } from '@harbor-pilot/oci';
import type { Harbor } from '../harbor.ts';
import { weightOf } from '../policy/severity.ts';
import type { Artifact } from '../store/artifacts.ts';
import type { Report, ScanStatus } from '../store/reports.ts';

/** One vulnerability in one package, as Harbor's API writes it. */
export interface Finding {
  readonly id: string;
  readonly package: string;
  readonly version: string;
  /** Empty when there is none. */
  readonly fix_version: string;
  readonly severity: string;
  readonly status: string;
  readonly description: string;
  readonly links: readonly string[];
  readonly artifact_digests: readonly string[];
  readonly preferred_cvss: {
    readonly score_v3: number | null;
    readonly score_v2: number | null;
    readonly vector_v3: string;
    readonly vector_v2: string;
  };
  readonly cwe_ids: readonly string[];
  readonly vendor_attributes: unknown;
}

/** What is known about an artifact: the scan of a manifest, or the scans of an index's children together. */
export interface ScanResult {
  readonly reports: readonly Report[];
  readonly status: ScanStatus;
  /** Of successful scans. */
  readonly findings: readonly Finding[];
  /** What the scanner calls the worst of the findings. */
  readonly severity: string;
  readonly scanner: unknown;
  /** As the scanner writes it. */
  readonly generatedAt: string;
}

const levels = ['None', 'Low', 'Medium', 'High', 'Critical'];

/** The level that Harbor counts a severity as, whatever case it is in; "Negligible" counts as none. */
export function severityLevel(severity: string): string {
  const word = severity.charAt(0).toUpperCase() + severity.slice(1).toLowerCase();
  if (word === 'Negligible') return 'None';
  return levels.includes(word) ? word : 'Unknown';
}

/** The worst of the findings; `None` when none is worse. */
export function worstSeverity(findings: readonly Finding[]): string {
  return findings.reduce((worst, { severity }) => (weightOf(severity) > weightOf(worst) ? severity : worst), 'None');
}

/** An artifact itself, or the manifests below an index. */
export function manifestsOf(harbor: Pick<Harbor, 'artifacts'>, artifact: Artifact): Artifact[] {
  if (!isIndexType(artifact.manifestMediaType)) return [artifact];
  return harbor.artifacts.children(artifact.id).flatMap(({ childId }) => {
    const child = harbor.artifacts.byId(childId);
    return child === undefined ? [] : manifestsOf(harbor, child);
  });
}

/**
 * The images that a scan of an artifact looks at: neither accessories nor the attestations that build tools put beside images.
 */
export function scannedParts(
  harbor: Pick<Harbor, 'artifacts' | 'contents' | 'accessories'>,
  artifact: Artifact,
): Artifact[] {
  return manifestsOf(harbor, artifact).filter(({ id, type, digest }, position, all) => {
    if (all.findIndex((one) => one.id === id) < position) return false;
    if (type !== 'IMAGE' || harbor.accessories.ofArtifact(id) !== undefined) return false;
    const bytes = harbor.contents.manifest(digest)?.bytes ?? '{}';
    const layers = asArray(asObject(JSON.parse(Buffer.from(bytes).toString()))?.layers);
    return !layers.some((layer) => asObject(layer)?.mediaType === 'application/vnd.in-toto+json');
  });
}

/** The scan result of an artifact by one scanner; undefined when it, or one of several, was never scanned. */
export function resultOf(
  harbor: Pick<Harbor, 'artifacts' | 'contents' | 'accessories' | 'reports'>,
  scanner: string,
  artifact: Artifact,
): ScanResult | undefined {
  const parts = scannedParts(harbor, artifact);
  const reports = parts.flatMap(({ digest }) => harbor.reports.find(digest, scanner, 'vulnerability') ?? []);
  if (reports.length === 0 || reports.length < parts.length) return undefined;
  const contents = reports.flatMap(({ content }) => {
    const known = asObject(content);
    if (known === undefined) return [];
    const [generatedAt = '', severity = ''] = [known.generated_at, known.severity].map(asString);
    return [{ generatedAt, severity, scanner: known.scanner }];
  });
  const none = { generatedAt: '', severity: '', scanner: undefined };
  const newest = contents.reduce((a, b) => (b.generatedAt > a.generatedAt ? b : a), contents[0] ?? none);
  return {
    reports,
    status: reports.map(({ status }) => status).reduce(mergeStatus),
    findings: mergeFindings(reports.flatMap(findingsOf)),
    severity: contents.map(({ severity }) => severity).reduce(mergeSeverity, ''),
    scanner: newest.scanner ?? null,
    generatedAt: newest.generatedAt,
  };
}

/** The state of several scans: one that runs prevails, then one that was stopped, then one that succeeded. */
export function mergeStatus(a: ScanStatus, b: ScanStatus): ScanStatus {
  const order: readonly ScanStatus[] = ['Running', 'Stopped', 'Success', 'Error', 'Pending'];
  return order.indexOf(a) <= order.indexOf(b) ? a : b;
}

/** The worse of two severities in the scanner's words. */
function mergeSeverity(a: string, b: string): string {
  const weight = (word: string): number => (word === '' ? -1 : weightOf(word));
  return weight(a) > weight(b) ? a : b;
}

function findingsOf(report: Report): Finding[] {
  return asArray(asObject(report.content)?.vulnerabilities).flatMap((value) => {
    const entry = asObject(value);
    return entry === undefined ? [] : [findingOf(entry, report.digest)];
  });
}

/** Lists hold one empty text when there is nothing in them: a quirk of Harbor's. */
function findingOf(entry: Readonly<Record<string, unknown>>, digest: string): Finding {
  const cvss = asObject(entry.preferred_cvss);
  const attributes = asObject(entry.vendor_attributes) ?? {};
  const hasAttributes = Object.keys(attributes).length > 0;
  return {
    id: asString(entry.id) ?? '',
    package: asString(entry.package) ?? '',
    version: asString(entry.version) ?? '',
    fix_version: asString(entry.fix_version) ?? '',
    severity: severityLevel(asString(entry.severity) ?? ''),
    status: asString(entry.status) ?? '',
    description: asString(entry.description) ?? '',
    links: textsOf(entry.links),
    artifact_digests: [digest],
    preferred_cvss: {
      score_v3: asNumber(cvss?.score_v3) ?? (hasAttributes ? vendorScore(attributes) : null),
      score_v2: asNumber(cvss?.score_v2) ?? null,
      vector_v3: asString(cvss?.vector_v3) ?? '',
      vector_v2: asString(cvss?.vector_v2) ?? '',
    },
    cwe_ids: textsOf(entry.cwe_ids),
    vendor_attributes: hasAttributes ? attributes : null,
  };
}

/** The score of the NVD among a vendor's remarks, otherwise the first one there is. */
function vendorScore(attributes: Readonly<Record<string, unknown>>): number {
  const { nvd, ...others } = asObject(attributes.CVSS) ?? {};
  const scores = [nvd, ...Object.values(others)].map((one) => asNumber(asObject(one)?.V3Score));
  return scores.find((score) => score !== undefined) ?? 0;
}

/** The same vulnerability of the same package in several children is one finding that names them all. */
function mergeFindings(findings: readonly Finding[]): Finding[] {
  const merged = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${finding.id} ${finding.package} ${finding.version}`;
    const digests = [...(merged.get(key)?.artifact_digests ?? []), ...finding.artifact_digests];
    merged.set(key, { ...finding, artifact_digests: [...new Set(digests)] });
  }
  return [...merged.values()];
}

function textsOf(value: unknown): string[] {
  const texts = asArray(value).filter((item) => typeof item === 'string');
  return texts.length === 0 ? [''] : texts;
}
