import { asArray, asObject, asString, formatCount, Sharing } from '@harbor-pilot/core';
import { noId } from '@harbor-pilot/harbor';
import { type Scored, worstCvss } from '../cvss.ts';
import { known } from '../known.ts';
import {
  cwesOf,
  digestsOf,
  linksOf,
  momentOf,
  probabilityOf,
  programName,
  severityOf,
  textOf,
  textsOf,
} from './fields.ts';
import type { LongJson } from './long-json.ts';
import { noScan } from './no-scan.ts';
import { noUpdates, type ReportedVulnerability, type ScanFile } from './scan-file.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Kinds of sources that are an image, or may be one: a bill of materials does not tell Grype of what it is. */
const imageKinds: readonly string[] = ['image', 'sbom-file', 'unknown'];

/** Reads a report of `grype --output json` (grype/presenter/models/document.go of Grype 0.100). */
export async function readGrype(json: LongJson): Promise<ScanFile> {
  const report = asObject(json.outline) ?? {};
  const descriptor = asObject(report.descriptor);
  if (!Array.isArray(report.matches) || descriptor === undefined) {
    throw noScan(json.file, 'does not say which matches Grype has found', 'Let Grype make the report again.');
  }
  const kind = textOf(asObject(report.source)?.type);
  if (kind !== undefined && !imageKinds.includes(kind)) {
    throw noScan(json.file, `is about no image, but of the kind "${kind}"`, 'Run grype on the image.');
  }
  const sharing = new Sharing();
  const vulnerabilities: ReportedVulnerability[] = [];
  await json.each('matches', (match) => {
    const found = parseMatch(asObject(match) ?? {});
    vulnerabilities.push(sharing.share(found.id, found));
  });
  const [ignored, outdated] = [json.count('ignoredMatches'), json.count('alertsByPackage')];
  const target = asObject(asObject(report.source)?.target);
  const [os, architecture] = [textOf(target?.os), textOf(target?.architecture)];
  const database = asObject(descriptor.db);
  return known({
    file: json.file,
    format: 'Grype',
    scanner: programName('Grype', descriptor.version),
    scannedAt: momentOf(descriptor.timestamp),
    dataUpdatedAt: momentOf(database?.built) ?? momentOf(asObject(database?.status)?.built),
    about: known({
      name: textOf(target?.userInput),
      digests: digestsOf([target?.imageID, target?.manifestDigest, ...asArray(target?.repoDigests)]),
      platform: os === undefined || architecture === undefined ? undefined : `${os}/${architecture}`,
    }),
    vulnerabilities,
    warnings: [
      ...(ignored === 0 ? [] : [`Grype left out ${ignored} by rules of its own.`]),
      // The one kind of alerts that there is.
      ...(outdated === 0 ? [] : [`The system of ${formatCount(outdated, 'package')} ${noUpdates}`]),
    ],
  });
}

function parseMatch(match: Fields): ReportedVulnerability {
  const vulnerability = asObject(match.vulnerability) ?? {};
  const artifact = asObject(match.artifact) ?? {};
  const related = asArray(match.relatedVulnerabilities).map((entry) => asObject(entry) ?? {});
  const fix = asObject(vulnerability.fix);
  const locations = asArray(artifact.locations).map((location) => asObject(location) ?? {});
  // Others are files that came with the package, in the order of the alphabet.
  const place = locations.find(({ annotations }) => asObject(annotations)?.evidence === 'primary') ?? locations[0];
  const id = textOf(vulnerability.id);
  return known({
    id: id ?? noId,
    aliases: textsOf(
      related.map((entry) => entry.id).filter((alias) => alias !== id),
      20,
    ),
    package: textOf(artifact.name) ?? '(no package)',
    version: textOf(artifact.version) ?? '',
    packageType: textOf(artifact.type),
    purl: textOf(artifact.purl),
    path: textOf(place?.path)?.replace(/^\//, ''),
    layer: textOf(locations[0]?.layerID),
    fixVersion: textsOf(fix?.versions, 20)?.join(', '),
    status: statusOf(fix?.state),
    severity: severityOf(vulnerability.severity),
    // Scores of version 2 are others, and do not count.
    ...worstCvss(
      entriesOf([vulnerability, ...related], 'cvss')
        .filter(isOfVersion3)
        .map(scored),
    ),
    description: [vulnerability, ...related].map((entry) => textOf(entry.description)).find(Boolean),
    links: linksOf([
      vulnerability.dataSource,
      ...asArray(vulnerability.urls),
      ...related.flatMap(({ urls }) => asArray(urls)),
    ]),
    cwes: cwesOf(
      [vulnerability, ...related].flatMap(({ cwes }) => asArray(cwes).map((cwe) => asObject(cwe)?.cwe ?? cwe)),
    ),
    fixedAt: earliest(asArray(fix?.available).map((entry) => momentOf(asObject(entry)?.date))),
    epss: highest(entriesOf([vulnerability, ...related], 'epss').map((entry) => probabilityOf(entry.epss))),
    isKnownExploited: entriesOf([vulnerability, ...related], 'knownExploited').length > 0 || undefined,
  });
}

function entriesOf(vulnerabilities: readonly Fields[], key: string): Fields[] {
  return vulnerabilities.flatMap((vulnerability) => asArray(vulnerability[key])).map((entry) => asObject(entry) ?? {});
}

/** In the words of the others. `unknown` says nothing. */
function statusOf(state: unknown): string | undefined {
  const states: Readonly<Record<string, string>> = {
    fixed: 'fixed',
    'not-fixed': 'affected',
    'wont-fix': 'will_not_fix',
  };
  const word = asString(state) ?? '';
  return Object.hasOwn(states, word) ? states[word] : undefined;
}

function isOfVersion3({ version }: Fields): boolean {
  return asString(version)?.startsWith('2') !== true;
}

function scored({ metrics, vector }: Fields): Scored {
  return { score: asObject(metrics)?.baseScore, vector };
}

function earliest(moments: readonly (string | undefined)[]): string | undefined {
  return moments.filter((moment) => moment !== undefined).sort()[0];
}

function highest(numbers: readonly (number | undefined)[]): number | undefined {
  const all = numbers.filter((number) => number !== undefined);
  return all.length === 0 ? undefined : Math.max(...all);
}
