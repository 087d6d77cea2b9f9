import type { GateReport, JudgedVulnerability, ReportedException } from '@harbor-pilot/step-kit';
import { isPlainWebAddress } from '../links.ts';
import { fingerprintsOf } from './fingerprint.ts';
import { createHarmless } from './harmless.ts';

/** A report that any format may write as it is, but for the escapes of the format. */
export interface PreparedReport extends GateReport {
  /** Of each vulnerability the name by which later reports know it again, in their order. */
  readonly fingerprints: readonly string[];
}

/** Makes all text of a report harmless, drops links that are no plain addresses of the web, and names each vulnerability. */
export function prepareReport(report: GateReport): PreparedReport {
  const harmless = createHarmless();
  const { vulnerabilities, ...rest } = report;
  const clean = {
    ...harmless(rest),
    vulnerabilities: vulnerabilities.map((found) => withoutOddLinks(harmless(found))),
  };
  return { ...clean, fingerprints: fingerprintsOf(clean) };
}

function withoutOddLinks(found: JudgedVulnerability): JudgedVulnerability {
  if (found.links === undefined || found.links.every(isPlainWebAddress)) return found;
  return { ...found, links: found.links.filter(isPlainWebAddress) };
}

/** The exception that covers a vulnerability, if there is one. */
export function exceptionOf(report: GateReport, found: JudgedVulnerability): ReportedException | undefined {
  return found.exception === undefined ? undefined : report.exceptions[found.exception];
}
