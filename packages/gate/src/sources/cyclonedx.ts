import { asArray, asObject, asString } from '@harbor-pilot/core';
import { noId } from '@harbor-pilot/harbor';
import { type Cvss, worstCvss } from '../cvss.ts';
import { parsePackageUrl, writtenName } from '../exceptions/package-url.ts';
import { known } from '../known.ts';
import { severityRank } from '../severity.ts';
import { cwesOf, digestsOf, linksOf, momentOf, programName, severityOf, textOf, textsOf } from './fields.ts';
import type { LongJson } from './long-json.ts';
import { noScan } from './no-scan.ts';
import type { ReportedImage, ReportedVulnerability, ScanFile } from './scan-file.ts';

type Fields = Readonly<Record<string, unknown>>;
type Component = Pick<ReportedVulnerability, 'package' | 'version' | 'packageType' | 'purl' | 'path' | 'layer'>;

/** Reads CycloneDX (bom-1.6.schema.json) with vulnerabilities, as Trivy, Grype and others write it. */
export async function readCyclonedx(json: LongJson): Promise<ScanFile> {
  const metadata = asObject(asObject(json.outline)?.metadata) ?? {};
  const scanner = scannerOf(metadata.tools);
  requireImage(json.file, scanner, asObject(metadata.component));
  const components = new Map<string, Component>();
  await json.each('components', (component) => collect(components, asObject(component) ?? {}, 0));
  const vulnerabilities: ReportedVulnerability[] = [];
  // Trivy recommends the fix where there is one; others have no place for it.
  let lacksFixes = !/^trivy\b/i.test(scanner ?? '');
  await json.each('vulnerabilities', (value) => {
    const entry = asObject(value) ?? {};
    if (textOf(entry.recommendation) !== undefined) lacksFixes = false;
    const references = asArray(entry.affects).map((one) => textOf(asObject(one)?.ref) ?? '');
    const affected = (references.length === 0 ? [''] : references).map(
      (reference) =>
        components.get(reference) ?? components.get(reference.slice(reference.indexOf('#') + 1)) ?? unlisted(reference),
    );
    const isOfOneKind = new Set(affected.map(kindOf)).size === 1;
    const vulnerability = parseVulnerability(entry, isOfOneKind);
    const fixOf = fixesOf(entry, affected);
    for (const component of affected) vulnerabilities.push({ ...vulnerability, ...component, ...fixOf(component) });
  });
  if (vulnerabilities.length === 0) {
    throw noScan(
      json.file,
      'is a bill of materials without vulnerabilities, which does not say that anybody has looked for some',
      "Give the report in the scanner's own format.",
    );
  }
  return known({
    file: json.file,
    format: 'CycloneDX',
    scanner,
    scannedAt: momentOf(metadata.timestamp),
    about: imageOf(asObject(metadata.component)),
    lacksFixes,
    vulnerabilities,
    warnings: [],
  });
}

/** Trivy and Grype say so when they have looked at a folder or a repository of Git. */
function requireImage(file: string, scanner: string | undefined, subject: Fields | undefined): void {
  const kind = textOf(subject?.type);
  if (kind === undefined || kind === 'container' || !/^(?:trivy|grype)\b/i.test(scanner ?? '')) return;
  throw noScan(file, `is about no image, but of the kind "${kind}"`, 'Run the scanner on the image.');
}

/** The list of tools has two forms: version 1.5 made a second one. */
function scannerOf(tools: unknown): string | undefined {
  const [tool] = [...asArray(tools), ...asArray(asObject(tools)?.components)].map((entry) => asObject(entry));
  return programName(tool?.name, tool?.version);
}

function imageOf(component: Fields | undefined): ReportedImage {
  const purl = parsePackageUrl(textOf(component?.purl) ?? '');
  const properties = propertiesOf(component);
  return known({
    name: textOf(component?.name),
    digests: digestsOf([
      component?.version,
      purl?.version,
      ...(properties.get('ImageID') ?? []),
      ...(properties.get('RepoDigest') ?? []),
    ]),
  });
}

/** Trivy's properties, some of which come several times. */
function propertiesOf(component: Fields | undefined): ReadonlyMap<string, readonly string[]> {
  const properties = new Map<string, string[]>();
  for (const value of asArray(component?.properties)) {
    const property = asObject(value);
    const name = asString(property?.name)?.replace(/^aquasecurity:trivy:/, '');
    const text = textOf(property?.value);
    if (name !== undefined && text !== undefined) properties.set(name, [...(properties.get(name) ?? []), text]);
  }
  return properties;
}

/** Components may have components of their own. */
function collect(components: Map<string, Component>, component: Fields, level: number): void {
  const reference = textOf(component['bom-ref']);
  if (reference !== undefined) components.set(reference, parseComponent(component));
  if (level > 20) return;
  for (const child of asArray(component.components)) collect(components, asObject(child) ?? {}, level + 1);
}

function parseComponent(component: Fields): Component {
  const purl = parsePackageUrl(textOf(component.purl) ?? '');
  const properties = propertiesOf(component);
  return known({
    package: purl === undefined ? (textOf(component.name) ?? '(no package)') : writtenName(purl),
    version: textOf(component.version) ?? '',
    packageType: properties.get('PkgType')?.[0] ?? purl?.type,
    purl: textOf(component.purl),
    path: properties.get('FilePath')?.[0],
    layer: properties.get('LayerDigest')?.[0] ?? properties.get('LayerDiffID')?.[0],
  });
}

/** `npm`, whatever Trivy calls it: `node-pkg`. */
function kindOf({ purl, packageType }: Component): string | undefined {
  return parsePackageUrl(purl ?? '')?.type ?? packageType;
}

function unlisted(reference: string): Component {
  const purl = parsePackageUrl(reference);
  if (purl !== undefined) {
    return { package: writtenName(purl), version: purl.version ?? '', packageType: purl.type, purl: reference };
  }
  return { package: reference || '(no package)', version: '' };
}

function parseVulnerability(entry: Fields, isOfOneKind: boolean): Omit<ReportedVulnerability, 'package' | 'version'> {
  const id = textOf(entry.id);
  return known({
    id: id ?? noId,
    aliases: textsOf(
      asArray(entry.references)
        .map((one) => asObject(one)?.id)
        .filter((alias) => alias !== id),
      20,
    ),
    ...ratingOf(entry, isOfOneKind),
    description: textOf(entry.description),
    links: linksOf([asObject(entry.source)?.url, ...asArray(entry.advisories).map((one) => asObject(one)?.url)]),
    cwes: cwesOf(entry.cwes),
    publishedAt: momentOf(entry.published),
  });
}

/**
 * The severity that the source of the vulnerability gives, or else the worst one; the highest CVSS score of version 3 or
 * later. Where packages of several kinds are affected, Trivy names the source of one of them: what a distribution says of
 * its own package does not hold for others.
 */
function ratingOf(entry: Fields, isOfOneKind: boolean): Pick<ReportedVulnerability, 'severity'> & Cvss {
  const ratings = asArray(entry.ratings).map((rating) => asObject(rating) ?? {});
  const source = textOf(asObject(entry.source)?.name);
  const own = ratings.filter(
    (rating) => isOfOneKind && source !== undefined && asObject(rating.source)?.name === source,
  );
  const severities = (own.length > 0 ? own : ratings).map(({ severity }) => severityOf(severity));
  const [severity = 'Unknown'] = severities.sort((one, other) => severityRank(one) - severityRank(other));
  const scored = ratings.filter(({ method }) => /^CVSSv[34]/.test(asString(method) ?? ''));
  return { severity, ...worstCvss(scored.map(({ score, vector }) => ({ score, vector }))) };
}

/**
 * `Upgrade openssl to version 1.1.1d-r2; Upgrade …`: a recommendation is for all packages that are affected. Advice that
 * names none of them, or is in other words, is for those that no advice names: that there is a fix is known then.
 */
function fixesOf(
  { recommendation }: Fields,
  affected: readonly Component[],
): (component: Component) => Pick<ReportedVulnerability, 'fixVersion' | 'status'> {
  const byName = new Map<string, string>();
  let isOther = false;
  for (const advice of textOf(recommendation)?.split(';') ?? []) {
    const [, name = '', version] = /^\s*Upgrade (\S+) to version (\S.*?)\s*$/i.exec(advice) ?? [];
    const isNamed = affected.some((component) => comparable(component.package) === comparable(name));
    if (isNamed && version !== undefined) byName.set(comparable(name), version);
    else isOther = true;
  }
  return (component) => {
    const fixVersion = byName.get(comparable(component.package));
    if (fixVersion !== undefined) return { fixVersion };
    return isOther ? { status: 'fixed' } : {};
  };
}

/** Package URLs of Python write names otherwise than the scanner: `ruamel-yaml` of `ruamel.yaml`. */
function comparable(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
