import type { GatePart, GateReport, JudgedVulnerability, RecordedVulnerability } from '@harbor-pilot/step-kit';
import type { GatePolicy } from './policy/policy.ts';

/** Most vulnerabilities that a record lists. */
const listLimit = 1000;

/** The short form of a report, for the record of a release. Refused vulnerabilities come before all others into the list, which has the worst first. */
export function gatePartOf(report: GateReport, policy: Pick<GatePolicy, 'severityCutoff' | 'onlyFixed'>): GatePart {
  const { vulnerabilities } = report;
  const refusedCount = vulnerabilities.filter(isRefused).length;
  let room = Math.max(0, listLimit - refusedCount);
  const listed = vulnerabilities.filter((one) => isRefused(one) || room-- > 0).slice(0, listLimit);
  return {
    verdict: report.verdict,
    severityCutoff: policy.severityCutoff,
    onlyFixed: policy.onlyFixed,
    scanner: report.source.name,
    counts: report.counts,
    vulnerabilities: listed.map(recorded),
    truncated: vulnerabilities.length - listed.length,
    reasons: report.reasons,
    judgedAt: report.judgedAt,
    durationSeconds: report.durationSeconds,
  };
}

function isRefused({ outcome }: JudgedVulnerability): boolean {
  return outcome === 'refused';
}

function recorded(one: JudgedVulnerability): RecordedVulnerability {
  const { id, version, fixVersion, severity, cvssScore, platforms } = one;
  return {
    id,
    package: one.package,
    version,
    ...(fixVersion === undefined ? {} : { fixVersion }),
    severity,
    ...(cvssScore === undefined ? {} : { cvssScore }),
    platforms,
    refused: isRefused(one),
  };
}
