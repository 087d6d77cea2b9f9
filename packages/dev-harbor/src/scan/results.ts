import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';
import { isIndexType } from '@harbor-pilot/oci';
import type { Harbor } from '../harbor.ts';
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
  /** Holds one empty text when there is none: a quirk of Harbor's. */
  readonly cwe_ids: readonly string[];
  readonly vendor_attributes: unknown;
}

/** What is known about an artifact: the scan of a manifest, or the scans of an index's children together. */
export interface ScanResult {
  readonly reports: readonly Report[];
  readonly status: ScanStatus;
  /** Of an index, how many of a hundred children have a report. */
  readonly completePercent: number;
  readonly findings: readonly Finding[];
  readonly scanner: unknown;
  readonly generatedAt: string;
}

const ranks = ['Unknown', 'None', 'Low', 'Medium', 'High', 'Critical'];

/** How bad a severity is; what is not known ranks lowest, and "Negligible" counts as none. */
function severityRank(severity: string): number {
  return ranks.indexOf(severityLevel(severity));
}

/** The level that Harbor counts a severity as. */
export function severityLevel(severity: string): string {
  if (severity === 'Negligible') return 'None';
  return ranks.includes(severity) ? severity : 'Unknown';
}

/** The worst of the findings; `None` when there is none. */
export function worstSeverity(findings: readonly Finding[]): string {
  const worst = findings.reduce((rank, { severity }) => Math.max(rank, severityRank(severity)), severityRank('None'));
  return ranks[worst] ?? 'None';
}

/** An artifact itself, or the manifests below an index. */
export function manifestsOf(harbor: Pick<Harbor, 'artifacts'>, artifact: Artifact): Artifact[] {
  if (!isIndexType(artifact.manifestMediaType)) return [artifact];
  return harbor.artifacts.children(artifact.id).flatMap(({ childId }) => {
    const child = harbor.artifacts.byId(childId);
    return child === undefined ? [] : manifestsOf(harbor, child);
  });
}

/** The manifests that a scan of an artifact looks at: all but the attestations that build tools put beside images. */
export function scannedParts(harbor: Pick<Harbor, 'artifacts' | 'contents'>, artifact: Artifact): Artifact[] {
  return manifestsOf(harbor, artifact).filter(({ digest }) => {
    const bytes = harbor.contents.manifest(digest)?.bytes ?? '{}';
    const layers = asArray(asObject(JSON.parse(Buffer.from(bytes).toString()))?.layers);
    return !layers.some((layer) => asObject(layer)?.mediaType === 'application/vnd.in-toto+json');
  });
}

/** The scan result of an artifact by one scanner; undefined when it was never scanned. */
export function resultOf(
  harbor: Pick<Harbor, 'artifacts' | 'contents' | 'reports'>,
  scanner: string,
  artifact: Artifact,
): ScanResult | undefined {
  const parts = scannedParts(harbor, artifact);
  const reports = parts.flatMap(({ digest }) => harbor.reports.find(digest, scanner, 'vulnerability') ?? []);
  const last = reports.at(-1);
  if (last === undefined) return undefined;
  const content = reports.map((report) => asObject(report.content)).findLast((one) => one !== undefined);
  return {
    reports,
    status: reports.map(({ status }) => status).reduce(mergeStatus),
    completePercent: Math.floor((reports.length * 100) / parts.length),
    findings: mergeFindings(reports.flatMap(findingsOf)),
    scanner: content?.scanner ?? null,
    generatedAt: asString(content?.generated_at) ?? last.endedAt,
  };
}

/** Unfinished scans prevail, then successful ones. */
function mergeStatus(a: ScanStatus, b: ScanStatus): ScanStatus {
  const order: readonly ScanStatus[] = ['Running', 'Pending', 'Success', 'Error', 'Stopped'];
  return order.indexOf(a) <= order.indexOf(b) ? a : b;
}

function findingsOf(report: Report): Finding[] {
  return asArray(asObject(report.content)?.vulnerabilities).flatMap((value) => {
    const entry = asObject(value);
    return entry === undefined ? [] : [findingOf(entry, report.digest)];
  });
}

function findingOf(entry: Readonly<Record<string, unknown>>, digest: string): Finding {
  const cvss = asObject(entry.preferred_cvss);
  const cweIds = textsOf(entry.cwe_ids);
  const attributes = asObject(entry.vendor_attributes) ?? {};
  return {
    id: asString(entry.id) ?? '',
    package: asString(entry.package) ?? '',
    version: asString(entry.version) ?? '',
    fix_version: asString(entry.fix_version) ?? '',
    severity: asString(entry.severity) ?? 'Unknown',
    status: asString(entry.status) ?? '',
    description: asString(entry.description) ?? '',
    links: textsOf(entry.links),
    artifact_digests: [digest],
    preferred_cvss: {
      score_v3: asNumber(cvss?.score_v3) ?? null,
      score_v2: asNumber(cvss?.score_v2) ?? null,
      vector_v3: asString(cvss?.vector_v3) ?? '',
      vector_v2: asString(cvss?.vector_v2) ?? '',
    },
    cwe_ids: cweIds.length === 0 ? [''] : cweIds,
    vendor_attributes: Object.keys(attributes).length === 0 ? null : attributes,
  };
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

const textsOf = (value: unknown): string[] => asArray(value).filter((item) => typeof item === 'string');
