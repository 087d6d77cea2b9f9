import type { JudgedVulnerability, ReportedException } from '@harbor-pilot/step-kit';
import { exceptionOf, type PreparedReport } from './prepared-report.ts';

type Cell = string | number | boolean | undefined;

/** The columns in their order. The first is a word of ours, so that no line begins with text of others. */
const columns: Readonly<
  Record<string, (found: JudgedVulnerability, exception: ReportedException | undefined) => Cell>
> = {
  Severity: ({ severity }) => severity,
  'Counts as': ({ countedAs }) => countedAs,
  Outcome: ({ outcome }) => outcome,
  Because: ({ because }) => because,
  Vulnerability: ({ id }) => id,
  Package: (found) => found.package,
  Version: ({ version }) => version,
  'Fixed in': ({ fixVersion }) => fixVersion,
  Status: ({ status }) => status,
  Type: ({ packageType }) => packageType,
  Path: ({ path }) => path,
  Layer: ({ layer }) => layer,
  Platforms: ({ platforms }) => platforms.join('; '),
  CVSS: ({ cvssScore }) => cvssScore,
  'CVSS vector': ({ cvssVector }) => cvssVector,
  EPSS: ({ epss }) => epss,
  'Known exploited': ({ isKnownExploited }) => isKnownExploited,
  New: ({ isNew }) => isNew,
  Published: ({ publishedAt }) => publishedAt,
  'Fixed on': ({ fixedAt }) => fixedAt,
  'Exception reason': (_found, exception) => exception?.reason,
  'Exception owner': (_found, exception) => exception?.owner,
  'Exception until': (_found, exception) => exception?.expiresAt,
  'Exception from': (_found, exception) => exception?.from,
  Title: ({ title }) => title,
  Aliases: ({ aliases }) => aliases?.join('; '),
  CWEs: ({ cwes }) => cwes?.join('; '),
  Link: ({ links }) => links?.[0],
  'Package URL': ({ purl }) => purl,
};

/** A line for each vulnerability after a line of column names, by RFC 4180 in UTF-8. */
export function* csvReport(report: PreparedReport): Generator<string> {
  yield `${Object.keys(columns).join(',')},Fingerprint\r\n`;
  const cells = Object.values(columns);
  for (const [index, found] of report.vulnerabilities.entries()) {
    const exception = exceptionOf(report, found);
    let line = '';
    for (const cell of cells) line += `${quoted(cell(found, exception))},`;
    yield `${line}${report.fingerprints[index]}\r\n`;
  }
}

/**
 * One cell. Spreadsheets take what begins with =, +, -, @ (also in full width) for a formula, so an apostrophe goes before
 * it; and some split lines at semicolons, so these are quoted, too.
 */
function quoted(cell: Cell): string {
  if (typeof cell !== 'string') return cell === undefined ? '' : String(cell);
  const text = /^[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(cell) ? `'${cell}` : cell;
  return /[",;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
