import type { JudgedVulnerability } from '@harbor-pilot/step-kit';
import { parseTime } from '../format.ts';
import { gitlabIdentifiers } from './gitlab-identifiers.ts';
import { jsonFields, jsonList } from './json-list.ts';
import { operatingSystemOf } from './operating-system.ts';
import { exceptionOf, type PreparedReport } from './prepared-report.ts';
import { repeated } from './repeated.ts';
import { gitlabSeverity } from './severity-scales.ts';
import { tool } from './tool.ts';
import { cut, exceptionPhrase, headingOf } from './wording.ts';

/** Of GitLab's schemas of security reports. Later ones of version 15 only add fields. */
const schemaVersion = '15.0.7';

/** What the schema takes of base vectors; it knows no CVSS 4. */
const baseVector = /^CVSS:3\.[01]\/AV:[NALP]\/AC:[LH]\/PR:[NLH]\/UI:[NR]\/S:[UC]\/C:[NLH]\/I:[NLH]\/A:[NLH]$/;

/** A container scanning report of GitLab (security-report-schemas 15.0.7). */
export function* containerScanningReport(report: PreparedReport): Generator<string> {
  const scanner = scannerOf(report);
  yield `{${jsonFields({ version: schemaVersion, scan: scanOf(report, scanner) })},\n"vulnerabilities":`;
  const advisory = repeated(advisoryFields, (found) => jsonFields(advisoryOf(found, scanner.name)));
  yield* jsonList(
    report.vulnerabilities,
    (found, index) => `{"id":"${report.fingerprints[index]}",${advisory(found)},${jsonFields(placeOf(report, found))}}`,
  );
  yield ',\n"remediations":[]}\n';
}

type Scanner = ReturnType<typeof scannerOf>;

/** The source's name is `Trivy v0.68.2`, or that of a file. */
function scannerOf({ source }: PreparedReport) {
  const [, name = source.name || 'unknown', version = 'unknown'] = /^(.+) (v?\d\S*)$/.exec(source.name) ?? [];
  return { id: name.toLowerCase().replaceAll(/[^a-z\d]+/g, '-'), name, version, vendor: { name } };
}

function scanOf(report: PreparedReport, scanner: Scanner): object {
  const { source, judgedAt, reasons, warnings } = report;
  return {
    type: 'container_scanning',
    status: 'success',
    analyzer: { ...tool, vendor: { name: tool.name } },
    scanner,
    start_time: zoneless(source.scannedAt ?? judgedAt) ?? zoneless(judgedAt),
    end_time: zoneless(judgedAt),
    messages: [
      ...reasons.map((value) => ({ level: 'info', value })),
      ...warnings.map((value) => ({ level: 'warn', value })),
    ].filter(({ value }) => value !== ''),
  };
}

/** Times are in UTC and do not say so. */
function zoneless(iso: string): string | undefined {
  const milliseconds = parseTime(iso);
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString().slice(0, 19);
}

const advisoryFields = ['id', 'aliases', 'cwes', 'description', 'severity', 'cvssVector', 'links'] as const;

type Advisory = Pick<JudgedVulnerability, (typeof advisoryFields)[number]>;

/** What is the same for all packages. */
function advisoryOf(found: Advisory, vendor: string): object {
  const { description, cvssVector, links } = found;
  return {
    description,
    severity: gitlabSeverity(found),
    identifiers: gitlabIdentifiers(found),
    links: links?.map((url) => ({ url })),
    cvss_vectors:
      cvssVector !== undefined && baseVector.test(cvssVector) ? [{ vendor, vector: cvssVector }] : undefined,
  };
}

/** What is said of one package. */
function placeOf(report: PreparedReport, found: JudgedVulnerability): object {
  const { fixVersion } = found;
  return {
    name: cut(headingOf(found), 255),
    solution: fixVersion === undefined ? undefined : cut(`Upgrade ${found.package} to ${fixVersion}.`, 7000),
    location: {
      dependency: { package: { name: found.package }, version: found.version },
      operating_system: operatingSystemOf(found),
      // GitLab leaves out what is after the last colon, and so knows the vulnerability again in the next image.
      image: `${report.image}@${report.digest}`,
    },
    details: details(report, found),
  };
}

/** What GitLab has no field for: it shows these as they are. */
function details(report: PreparedReport, found: JudgedVulnerability): object {
  const exception = exceptionOf(report, found);
  const text = (name: string, value: string | undefined) => (value ? { type: 'text', name, value } : undefined);
  return {
    gate: text('Gate', `${found.outcome}: ${found.because}`),
    exception: text('Exception', exception && exceptionPhrase(exception)),
    platforms: text('Platforms', found.platforms.join(', ')),
    layer: text('Layer', found.layer),
    path: text('Path', found.path),
  };
}
