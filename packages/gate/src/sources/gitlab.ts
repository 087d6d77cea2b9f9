import { asArray, asObject, asString, Sharing } from '@harbor-pilot/core';
import { noId } from '@harbor-pilot/harbor';
import { known } from '../known.ts';
import { cwesOf, digestsOf, linksOf, momentOf, programName, severityOf, textOf } from './fields.ts';
import type { LongJson } from './long-json.ts';
import { noScan } from './no-scan.ts';
import type { ReportedVulnerability, ScanFile } from './scan-file.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Reads GitLab's report of container scanning (container-scanning-report-format, version 15). */
export async function readGitlab(json: LongJson): Promise<ScanFile> {
  const scan = asObject(asObject(json.outline)?.scan) ?? {};
  if (scan.type !== 'container_scanning' && scan.type !== undefined) {
    throw noScan(json.file, `is of a scan of the kind "${textOf(scan.type)}"`, 'Give the one of container scanning.');
  }
  if (scan.status !== 'success') {
    throw noScan(json.file, 'does not say that the scan was a success', 'Look into the log of the scanner.');
  }
  const sharing = new Sharing();
  const vulnerabilities: ReportedVulnerability[] = [];
  const images = new Set<string>();
  await json.each('vulnerabilities', (value) => {
    const entry = asObject(value) ?? {};
    const image = textOf(asObject(entry.location)?.image);
    if (image !== undefined) images.add(image);
    const found = parseVulnerability(entry);
    vulnerabilities.push(sharing.share(found.id, found));
  });
  if (images.size > 1) {
    throw noScan(json.file, `is about ${images.size} images`, 'Give the report of a single image.');
  }
  const [name] = images;
  const scanner = programName(asObject(scan.scanner)?.name, asObject(scan.scanner)?.version);
  return known({
    file: json.file,
    format: 'GitLab',
    scanner,
    scannedAt: momentOf(scan.end_time),
    about: known({ name, digests: digestsOf([name]) }),
    // Trivy and Grype tell the fix where there is one; others may have no word about it.
    lacksFixes: !/^(?:trivy|grype)\b/i.test(scanner ?? '') && !vulnerabilities.some(hasFix),
    vulnerabilities,
    warnings: [],
  });
}

function parseVulnerability(entry: Fields): ReportedVulnerability {
  const location = asObject(entry.location);
  const dependency = asObject(location?.dependency);
  const identifiers = asArray(entry.identifiers).map((identifier) => asObject(identifier) ?? {});
  const isCwe = ({ type }: Fields): boolean => asString(type)?.toLowerCase() === 'cwe';
  const [id = textOf(entry.id) ?? noId, ...aliases] = identifiers
    .filter((identifier) => !isCwe(identifier))
    .flatMap(({ value, name }) => textOf(value) ?? textOf(name) ?? []);
  const vectors = asArray(entry.cvss_vectors).flatMap((vector) => textOf(asObject(vector)?.vector) ?? []);
  // Those of version 2 have no name before them.
  const [cvssVector, ...otherVectors] = vectors.filter((vector) => vector.startsWith('CVSS:'));
  const links = asArray(entry.links).map((link) => asObject(link)?.url);
  return known({
    id,
    aliases: aliases.length === 0 ? undefined : aliases.slice(0, 20),
    package: textOf(asObject(dependency?.package)?.name) ?? '(no package)',
    version: textOf(dependency?.version) ?? '',
    packageType: systemOf(location?.operating_system),
    ...fixOf(entry.solution),
    severity: severityOf(entry.severity),
    cvssVector,
    otherVectors: otherVectors.length === 0 ? undefined : otherVectors,
    title: textOf(entry.name),
    description: textOf(entry.description),
    links: linksOf([...identifiers.map(({ url }) => url), ...links]),
    cwes: cwesOf(identifiers.filter(isCwe).map(({ value }) => `CWE-${String(value).replace(/^CWE-/i, '')}`)),
  });
}

/** `alpine` of `alpine 3.10.2`; packages of languages have `Unknown`. */
function systemOf(value: unknown): string | undefined {
  const system = textOf(value)?.split(/[ :]/)[0]?.toLowerCase();
  return system === 'unknown' ? undefined : system;
}

function hasFix({ fixVersion, status }: ReportedVulnerability): boolean {
  return fixVersion !== undefined || status === 'fixed';
}

/** `Upgrade libssl1.1 to 1.1.1d-r0`, `Upgrade busybox from 1.30 to 1.31`. Other advice says that something can be done. */
function fixOf(solution: unknown): Pick<ReportedVulnerability, 'fixVersion' | 'status'> {
  const advice = textOf(solution);
  if (advice === undefined || noSolution.test(advice)) return {};
  const version = /^Upgrade\b.* to (?:version )?(\S+(?:, \S+)*?)\.?$/i.exec(advice)?.[1];
  return version === undefined ? { status: 'fixed' } : { fixVersion: version };
}

/** Trivy's words are `No solution provided`. */
const noSolution = /^(?:not?\b|none\b|unknown\b|n\/a\b|-$)/i;
