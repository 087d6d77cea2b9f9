import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';
import { filled, formsOf, type HarborObject, parseOptionalDigest, parseScanner, parseTime } from './parsing.ts';
import { type Severity, severities, type Vulnerability, type VulnerabilityReport } from './types.ts';

/**
 * Reads a report of vulnerabilities, in its newest form that is one. `{}` is no report, and neither is a form without a
 * list unless it says that the worst severity is "None". No entry is ever dropped.
 */
export function parseReport(answer: unknown): VulnerabilityReport | undefined {
  const report = formsOf(answer).find((form) => Array.isArray(form.vulnerabilities) || isClean(form));
  if (report === undefined) return undefined;
  const generatedAt = parseTime(report.generated_at);
  const scanner = parseScanner(report.scanner);
  return {
    ...(generatedAt === undefined ? {} : { generatedAt }),
    ...(scanner === undefined ? {} : { scanner }),
    vulnerabilities: asArray(report.vulnerabilities).map(parseVulnerability),
  };
}

function isClean(report: HarborObject): boolean {
  return report.vulnerabilities === null && parseTime(report.generated_at) !== undefined && report.severity === 'None';
}

function parseVulnerability(value: unknown): Vulnerability {
  const entry = asObject(value) ?? {};
  const cvss = asObject(entry.preferred_cvss);
  const fixVersion = filled(entry.fix_version);
  const description = filled(entry.description);
  const status = filled(entry.status);
  const vendorAttributes = asObject(entry.vendor_attributes);
  const cvssScore = asNumber(cvss?.score_v3);
  const cvssVector = filled(cvss?.vector_v3);
  return {
    id: filled(entry.id) ?? '(no id)',
    package: filled(entry.package) ?? '(no package)',
    version: asString(entry.version) ?? '',
    ...(fixVersion === undefined ? {} : { fixVersion }),
    severity: parseSeverity(entry.severity),
    ...(description === undefined ? {} : { description }),
    links: asArray(entry.links).filter((link) => typeof link === 'string'),
    ...(cvssScore === undefined ? {} : { cvssScore }),
    ...(cvssVector === undefined ? {} : { cvssVector }),
    // Harbor writes one empty text for none.
    cwes: asArray(entry.cwe_ids).flatMap((cwe) => filled(cwe) ?? []),
    ...(status === undefined ? {} : { status }),
    ...(vendorAttributes === undefined ? {} : { vendorAttributes }),
    artifactDigests: asArray(entry.artifact_digests).flatMap((digest) => parseOptionalDigest(digest) ?? []),
  };
}

function parseSeverity(value: unknown): Severity {
  const text = asString(value)?.toLowerCase();
  return severities.find((severity) => severity.toLowerCase() === text) ?? 'Unknown';
}
