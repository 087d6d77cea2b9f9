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
  const plainLinks = createPlainLinks();
  const { vulnerabilities, ...rest } = report;
  const clean = {
    ...harmless(rest),
    vulnerabilities: vulnerabilities.map((found) => withoutOddLinks(harmless(found), plainLinks)),
  };
  return { ...clean, fingerprints: fingerprintsOf(clean) };
}

type Links = readonly string[];

function withoutOddLinks(found: JudgedVulnerability, plainLinks: (links: Links) => Links): JudgedVulnerability {
  if (found.links === undefined) return found;
  const links = plainLinks(found.links);
  return links === found.links ? found : { ...found, links };
}

/** Of each list of links those that are plain, and the list itself when all are. Packages share them: each is read once. */
function createPlainLinks(): (links: Links) => Links {
  const known = new Map<Links, Links>();
  return (links) => {
    const plain = known.get(links) ?? (links.every(isPlainWebAddress) ? links : links.filter(isPlainWebAddress));
    known.set(links, plain);
    return plain;
  };
}

/** The exception that covers a vulnerability, if there is one. */
export function exceptionOf(report: GateReport, found: JudgedVulnerability): ReportedException | undefined {
  return found.exception === undefined ? undefined : report.exceptions[found.exception];
}
