import type { Report } from '../store/reports.ts';
import { zeroTime } from '../store/times.ts';
import type { VersionTraits } from '../version.ts';
import { type Finding, type ScanResult, worstSeverity } from './results.ts';

/** The form of report that this Harbor asks for and answers with. */
export const reportMimeType = 'application/vnd.security.vulnerability.report; version=1.1';
/** The older form, with the same content. */
const oldReportMimeType = 'application/vnd.scanner.adapter.vuln.report.harbor+json; version=1.0';

/**
 * The form of report that a client gets: the first one that it asks for by the header X-Accept-Vulnerabilities and that the
 * scanner has; undefined when there is none. Who asks for forms nobody knows asks for the old one.
 */
export function wantedMimeType(header: string | undefined, available: readonly string[]): string | undefined {
  const both = [reportMimeType, oldReportMimeType];
  const asked = header ? header.split(',').map((part) => part.trim()) : both;
  const wanted = asked.filter((type) => both.includes(type));
  return (wanted.length === 0 ? [oldReportMimeType] : wanted).find((type) => available.includes(type));
}

/** `scan_overview`: a summary by media type. Of a scan without result it holds the state only. */
export function scanOverview(result: ScanResult, mimeType: string): Readonly<Record<string, unknown>> {
  const { reports, status, findings } = result;
  const successful = reports.filter((report) => report.status === 'Success');
  const percent = Math.floor((successful.length * 100) / reports.length);
  const counts: Record<string, number> = {};
  for (const { severity } of findings) counts[severity] = (counts[severity] ?? 0) + 1;
  const summary = {
    severity: worstSeverity(findings),
    summary: {
      total: findings.length,
      fixable: findings.filter(({ fix_version }) => fix_version !== '').length,
      summary: counts,
    },
  };
  const latest = reports.reduce((a, b) => (a.startedAt > b.startedAt ? a : b));
  return {
    [mimeType]: {
      report_id: idOf(reports),
      scan_status: status,
      ...timesOf(reports),
      ...(successful.length > 0 && status !== 'Running' ? summary : {}),
      ...(latest.status === 'Success' ? { scanner: result.scanner } : {}),
      ...(percent > 0 ? { complete_percent: percent } : {}),
    },
  };
}

/** The report of scans that found out something; without any, nothing at all. */
export function vulnerabilityReport(
  result: ScanResult | undefined,
  mimeType: string | undefined,
  { findingsHaveStatus }: VersionTraits,
): Readonly<Record<string, unknown>> {
  if (mimeType === undefined || !result?.reports.some(({ content }) => content !== undefined)) return {};
  return {
    [mimeType]: {
      generated_at: result.generatedAt,
      scanner: result.scanner,
      severity: result.severity,
      vulnerabilities: findingsHaveStatus ? result.findings : result.findings.map(withoutStatus),
    },
  };
}

const withoutStatus = ({ status: _status, ...finding }: Finding): object => finding;

/**
 * When scans began and ended: the time zero for what has not. Harbor leaves a duration of zero seconds out, and does not
 * mind that it is negative while several scans run.
 */
export function timesOf(reports: readonly Report[]): { start_time: string; end_time: string; duration?: number } {
  const start_time = reports.map(({ startedAt }) => startedAt).sort()[0] ?? zeroTime;
  const end_time =
    reports
      .map(({ endedAt }) => endedAt)
      .sort()
      .at(-1) ?? zeroTime;
  const seconds = Math.floor((Date.parse(end_time) - Date.parse(start_time)) / 1000);
  const duration = reports.length > 1 ? seconds : Math.max(0, seconds);
  return { start_time, end_time, ...(duration === 0 ? {} : { duration }) };
}

/** The id of a report; of several, their ids joined and encoded. */
function idOf(reports: readonly Report[]): string {
  const ids = reports.map(({ uuid }) => uuid);
  return ids.length === 1 ? (ids[0] ?? '') : Buffer.from(ids.join('|')).toString('base64');
}
