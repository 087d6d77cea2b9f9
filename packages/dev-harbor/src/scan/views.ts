import type { Report } from '../store/reports.ts';
import { zeroTime } from '../store/times.ts';
import type { VersionTraits } from '../version.ts';
import { type Finding, type ScanResult, severityLevel, worstSeverity } from './results.ts';

/** The form of report that this Harbor asks for and answers with. */
export const reportMimeType = 'application/vnd.security.vulnerability.report; version=1.1';
/** The older form, with the same content. */
const oldReportMimeType = 'application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0';

/** The form of report that a client asks for by the header X-Accept-Vulnerabilities. */
export function wantedMimeType(header: string | undefined): string {
  const wanted = (header ?? '').split(',').map((part) => part.trim());
  return !wanted.includes(reportMimeType) && wanted.includes(oldReportMimeType) ? oldReportMimeType : reportMimeType;
}

/** `scan_overview`: a summary by media type. Of a scan without result it holds the state only. */
export function scanOverview(result: ScanResult): Readonly<Record<string, unknown>> {
  const times = timesOf(result.reports);
  const state = { report_id: idOf(result.reports), scan_status: result.status, ...times };
  if (result.status !== 'Success') return { [reportMimeType]: state };
  const counts: Record<string, number> = {};
  for (const { severity } of result.findings) {
    const level = severityLevel(severity);
    counts[level] = (counts[level] ?? 0) + 1;
  }
  return {
    [reportMimeType]: {
      ...state,
      severity: worstSeverity(result.findings),
      summary: {
        total: result.findings.length,
        fixable: result.findings.filter(({ fix_version }) => fix_version !== '').length,
        summary: counts,
      },
      scanner: result.scanner,
      complete_percent: result.completePercent,
    },
  };
}

/** The report of a successful scan; of any other, nothing at all. */
export function vulnerabilityReport(
  result: ScanResult | undefined,
  mimeType: string,
  { findingsHaveStatus }: VersionTraits,
): Readonly<Record<string, unknown>> {
  if (result?.status !== 'Success') return {};
  return {
    [mimeType]: {
      generated_at: result.generatedAt,
      scanner: result.scanner,
      severity: worstSeverity(result.findings),
      vulnerabilities: findingsHaveStatus ? result.findings : result.findings.map(withoutStatus),
    },
  };
}

const withoutStatus = ({ status: _status, ...finding }: Finding): object => finding;

/** When scans began and ended. Harbor leaves a duration of zero seconds out. */
export function timesOf(reports: readonly Report[]): { start_time: string; end_time: string; duration?: number } {
  const starts = reports.map(({ startedAt }) => startedAt).filter((time) => time !== zeroTime);
  const start_time = starts.sort()[0] ?? zeroTime;
  const end_time =
    reports
      .map(({ endedAt }) => endedAt)
      .sort()
      .at(-1) ?? '';
  const duration = Math.max(0, Math.floor((Date.parse(end_time) - Date.parse(start_time)) / 1000));
  return { start_time, end_time, ...(duration > 0 ? { duration } : {}) };
}

/** The id of a report; of several, their ids joined and encoded. */
function idOf(reports: readonly Report[]): string {
  const ids = reports.map(({ uuid }) => uuid);
  return ids.length === 1 ? (ids[0] ?? '') : Buffer.from(ids.join('|')).toString('base64');
}
