import type { ImageScan } from './image-scan.ts';
import type { Vulnerability } from './matching.ts';
import { scannerIdentity } from './mime-types.ts';
import type { ScannedArtifact } from './scan-request.ts';
import type { PlantedVulnerability } from './script.ts';
import { worstOf } from './severity.ts';

/**
 * The vulnerability report of a scan (Pluggable Scanner API 1.2, `HarborVulnerabilityReport`), ready for JSON.
 * What the scanner says about its own reach is in `vendor_attributes`: `log` (lines for people) and `unread`.
 */
export function formatReport(artifact: ScannedArtifact, scan: ImageScan, generatedAt: Date): object {
  return {
    generated_at: generatedAt.toISOString(),
    artifact,
    scanner: scannerIdentity,
    severity: worstOf(scan.vulnerabilities.map(({ severity }) => severity)) ?? 'None',
    vulnerabilities: scan.vulnerabilities.map(formatVulnerability),
    vendor_attributes: { log: scan.log, unread: scan.inventory.unread },
  };
}

/** The report of a scan that was told what to find. */
export function formatPlanted(
  artifact: ScannedArtifact,
  planted: readonly PlantedVulnerability[],
  generatedAt: Date,
): object {
  return {
    generated_at: generatedAt.toISOString(),
    artifact,
    scanner: scannerIdentity,
    severity: worstOf(planted.map(({ severity }) => severity)) ?? 'None',
    vulnerabilities: planted.map(({ fixVersion = '', description = '', links = [], cwes = [], ...fields }) => {
      const { cvssScore, cvssVector, ...known } = fields;
      return {
        ...known,
        fix_version: fixVersion,
        description,
        links,
        cwe_ids: cwes,
        ...(cvssScore === undefined ? {} : { preferred_cvss: { score_v3: cvssScore, vector_v3: cvssVector ?? '' } }),
      };
    }),
    vendor_attributes: { log: ['the scanner was told what to find'], unread: [] },
  };
}

function formatVulnerability(vulnerability: Vulnerability): object {
  const { advisory, affected } = vulnerability.match;
  return {
    id: vulnerability.id,
    package: vulnerability.name,
    version: vulnerability.version,
    fix_version: vulnerability.fixVersion,
    severity: vulnerability.severity,
    description: advisory.description,
    links: advisory.links,
    ...(affected.cvss === undefined
      ? {}
      : { preferred_cvss: { score_v3: affected.cvss.score, vector_v3: affected.cvss.vector } }),
    cwe_ids: advisory.cweIds,
    vendor_attributes: { advisory: advisory.id, ecosystem: vulnerability.ecosystem, path: vulnerability.path },
  };
}
