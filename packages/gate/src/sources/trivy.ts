import { asArray, asObject, asString, Sharing } from '@harbor-pilot/core';
import { noId } from '@harbor-pilot/harbor';
import { known } from '../known.ts';
import { worstScore } from '../vendor-attributes.ts';
import { cwesOf, digestsOf, linksOf, momentOf, programName, severityOf, textOf, textsOf } from './fields.ts';
import type { LongJson } from './long-json.ts';
import { noScan } from './no-scan.ts';
import { noUpdates, type ReportedImage, type ReportedVulnerability, type ScanFile } from './scan-file.ts';

/** Reads a report of `trivy image --format json` (schema version 2, pkg/types/report.go of Trivy 0.68). */
export async function readTrivy(json: LongJson, hasLooked: boolean): Promise<ScanFile> {
  const report = asObject(json.outline) ?? {};
  requireImage(json.file, report);
  const results = asArray(report.Results).map((result) => asObject(result) ?? {});
  if (results.some(({ Vulnerabilities: list }) => list !== undefined && list !== null && !Array.isArray(list))) {
    throw noScan(
      json.file,
      'has vulnerabilities in a form that is not that of Trivy',
      'Let Trivy make the report again.',
    );
  }
  const sharing = new Sharing();
  const vulnerabilities: ReportedVulnerability[] = [];
  await json.each('Results.*.Vulnerabilities', (entry, [place = -1]) => {
    const found = parseVulnerability(entry, results[place]);
    vulnerabilities.push(sharing.share(found.id, found));
  });
  const isOfPackages = results.some(({ Class }) => Class === 'os-pkgs' || Class === 'lang-pkgs');
  // Of a system that it does not know Trivy looks at no package, and says nothing.
  const isEmpty = hasLooked && asObject(asObject(report.Metadata)?.OS) === undefined;
  if (vulnerabilities.length === 0 && !isOfPackages && !isEmpty) {
    throw noScan(
      json.file,
      'names no packages that Trivy has looked at',
      'Run trivy with --scanners vuln --list-all-pkgs. Of an image in which it finds no package at all it cannot tell.',
    );
  }
  const ignored = json.count('Results.*.ExperimentalModifiedFindings');
  return known({
    file: json.file,
    format: 'Trivy',
    scanner: programName('Trivy', asObject(report.Trivy)?.Version),
    scannedAt: momentOf(report.CreatedAt),
    about: imageOf(report),
    vulnerabilities,
    warnings: [...warningsOf(report), ...(ignored === 0 ? [] : [`Trivy left out ${ignored} by rules of its own.`])],
  });
}

/** What else Trivy looks at: a folder, a repository of Git, a cluster. A bill of materials may be that of an image. */
function requireImage(file: string, { ArtifactType }: Readonly<Record<string, unknown>>): void {
  const kind = textOf(ArtifactType);
  if (kind === undefined || ['container_image', 'cyclonedx', 'spdx'].includes(kind)) return;
  throw noScan(file, `is about no image, but of the kind "${kind}"`, 'Run trivy image on the image.');
}

function imageOf(report: Readonly<Record<string, unknown>>): ReportedImage {
  const metadata = asObject(report.Metadata);
  const config = asObject(metadata?.ImageConfig);
  const [os, architecture] = [textOf(config?.os), textOf(config?.architecture)];
  return known({
    name: textOf(report.ArtifactName),
    digests: digestsOf([metadata?.ImageID, ...asArray(metadata?.RepoDigests)]),
    platform:
      os === undefined || architecture === undefined
        ? undefined
        : [os, architecture, textOf(config?.variant)].filter(Boolean).join('/'),
  });
}

function warningsOf(report: Readonly<Record<string, unknown>>): string[] {
  const os = asObject(asObject(report.Metadata)?.OS);
  if (os?.EOSL !== true) return [];
  const name = [asString(os.Family), asString(os.Name)].filter(Boolean).join(' ');
  return [`${name} ${noUpdates}`];
}

function parseVulnerability(
  value: unknown,
  result: Readonly<Record<string, unknown>> | undefined,
): ReportedVulnerability {
  const entry = asObject(value) ?? {};
  const layer = asObject(entry.Layer);
  const isOfSystem = result?.Class === 'os-pkgs';
  return known({
    id: textOf(entry.VulnerabilityID) ?? noId,
    aliases: textsOf(asArray(entry.VendorIDs).filter(isAlias), 20),
    package: textOf(entry.PkgName) ?? '(no package)',
    version: textOf(entry.InstalledVersion) ?? '',
    packageType: textOf(result?.Type),
    purl: textOf(asObject(entry.PkgIdentifier)?.PURL),
    path: textOf(entry.PkgPath) ?? (isOfSystem || isSummary(result) ? undefined : textOf(result?.Target)),
    layer: textOf(layer?.Digest) ?? textOf(layer?.DiffID),
    fixVersion: textOf(entry.FixedVersion),
    status: textOf(entry.Status),
    severity: severityOf(entry.Severity),
    ...worstScore(entry.CVSS),
    title: textOf(entry.Title),
    description: textOf(entry.Description),
    links: linksOf([entry.PrimaryURL, ...asArray(entry.References)]),
    cwes: cwesOf(entry.CweIDs),
    publishedAt: momentOf(entry.PublishedDate),
  });
}

/** Advisories of distributions, `DSA-4613-1`, are about several vulnerabilities: they are no other names of one. */
function isAlias(id: unknown): boolean {
  return /^(?:CVE|GHSA|GO|PYSEC|RUSTSEC)-/.test(asString(id) ?? '');
}

/** Trivy lists packages that were installed one by one, `gemspec`, under a heading: `Ruby`. Their path is PkgPath. */
function isSummary(result: Readonly<Record<string, unknown>> | undefined): boolean {
  return ['node-pkg', 'python-pkg', 'conda-pkg', 'gemspec', 'jar', 'composer-vendor'].includes(
    textOf(result?.Type) ?? '',
  );
}
