import { severities } from '@harbor-pilot/harbor';
import type { GatePart, RecordedVulnerability } from '@harbor-pilot/step-kit';
import type { FoundVulnerability, ScannedImage } from './merge.ts';
import { explain } from './reasons.ts';
import { severityRank } from './severity.ts';
import { type GatePolicy, type WeighedVulnerability, weigh } from './weigh.ts';

/** The decision and what it rests on, as it goes into the record. */
export type Verdict = GatePart;

/** Most vulnerabilities that a record lists. */
const listLimit = 1000;

/** Judges a scanned image by a policy. Pure; all vulnerabilities are weighed, however many the verdict lists. */
export function judge(scanned: ScannedImage, policy: GatePolicy): Verdict {
  const weighed = scanned.vulnerabilities.map((found) => weigh(found, policy)).sort(worstFirst);
  const refused = weighed.filter((vulnerability) => vulnerability.refused);
  const listed = [...refused, ...weighed.filter((vulnerability) => !vulnerability.refused)]
    .slice(0, listLimit)
    .sort(worstFirst);
  return {
    verdict: refused.length > 0 ? 'refused' : 'passed',
    severityCutoff: policy.severityCutoff,
    onlyFixed: policy.onlyFixed,
    ...(scanned.scanner === undefined ? {} : { scanner: scanned.scanner }),
    counts: countBySeverity(scanned.vulnerabilities),
    vulnerabilities: listed.map(recorded),
    truncated: weighed.length - listed.length,
    reasons: explain(weighed, policy, scanned.platforms),
    durationSeconds: scanned.durationSeconds,
  };
}

function worstFirst(one: WeighedVulnerability, other: WeighedVulnerability): number {
  return (
    severityRank(one.counted) - severityRank(other.counted) ||
    Number(other.refused) - Number(one.refused) ||
    (other.found.cvssScore ?? 0) - (one.found.cvssScore ?? 0) ||
    compareText(one.found.id, other.found.id) ||
    compareText(one.found.package, other.found.package) ||
    compareText(one.found.version, other.found.version)
  );
}

/** By code units: the same order on every machine, whatever its locale. */
function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function countBySeverity(vulnerabilities: readonly FoundVulnerability[]): Record<string, number> {
  const counts: Record<string, number> = Object.fromEntries(severities.map((severity) => [severity, 0]));
  for (const { severity } of vulnerabilities) counts[severity] = (counts[severity] ?? 0) + 1;
  return counts;
}

function recorded({ found, refused }: WeighedVulnerability): RecordedVulnerability {
  return { ...found, refused };
}
