import { asArray, asNumber, asObject, asString } from '@harbor-pilot/core';
import { countedSeverity } from '../severity.ts';
import { digestsOf, known, linksOf, momentOf, programName, scoreOf, severityOf, textOf, textsOf } from './fields.ts';
import type { LongJson } from './long-json.ts';
import { noScan } from './no-scan.ts';
import type { ReportedVulnerability, ScanFile } from './scan-file.ts';

type Fields = Readonly<Record<string, unknown>>;
/** What a rule says of all its results. */
type Rule = Partial<ReportedVulnerability> & {
  readonly lines: ReadonlyMap<string, string>;
  /** A package of the operating system: Trivy gives the name of the image for its place. */
  readonly isOfSystem: boolean;
};

const rulesList = 'runs.*.tool.driver.rules';

/** Reads SARIF 2.1.0 as Trivy and Grype write it: what SARIF has no place for stands in the texts, a line each. */
export async function readSarif(json: LongJson): Promise<ScanFile> {
  const runs = asArray(asObject(json.outline)?.runs).map((run) => asObject(run) ?? {});
  for (const run of runs) requireResults(json.file, run);
  if (runs.length === 0) throw noScan(json.file, 'has no runs', 'Let the scanner make the report again.');
  const rules = new Map<string, Rule>();
  let place = -1;
  await json.each(rulesList, (value, [run]) => {
    place = rules.has(`${run} 0`) ? place + 1 : 0;
    const entry = asObject(value) ?? {};
    const rule = parseRule(entry);
    rules.set(`${run} ${place}`, rule).set(`${run} ${textOf(entry.id)}`, rule);
  });
  const vulnerabilities: ReportedVulnerability[] = [];
  await json.each('runs.*.results', (value, [run]) => {
    const result = asObject(value) ?? {};
    if (!isFinding(result)) return;
    const index = asNumber(result.ruleIndex) ?? asNumber(asObject(result.rule)?.index) ?? -1;
    const id = textOf(result.ruleId) ?? textOf(asObject(result.rule)?.id);
    const rule = rules.get(`${run} ${id}`) ?? rules.get(`${run} ${index}`);
    vulnerabilities.push(parseResult(result, id, rule));
  });
  return known({
    file: json.file,
    format: 'SARIF',
    ...runFacts(runs),
    vulnerabilities,
    warnings: [],
  });
}

/** Absent results are of a run that has looked for none, or has failed (SARIF 2.1.0, 3.14.23). */
function requireResults(file: string, run: Fields): void {
  const hint = 'Look into the log of the scanner, and let it make the report again.';
  if (!Array.isArray(run.results)) throw noScan(file, 'has a run without results: it has not looked for any', hint);
  if (asArray(run.invocations).some((one) => asObject(one)?.executionSuccessful === false)) {
    throw noScan(file, 'is of a run that has failed', hint);
  }
}

/** Things that were looked at and are well, and those of an older report that are gone, are in SARIF, too. */
function isFinding({ kind, baselineState }: Fields): boolean {
  const isOther = ['pass', 'notApplicable', 'informational'].includes(asString(kind) ?? 'fail');
  return !isOther && baselineState !== 'absent';
}

function runFacts(runs: readonly Fields[]): Pick<ScanFile, 'scanner' | 'scannedAt' | 'about'> {
  const driver = asObject(asObject(runs[0]?.tool)?.driver);
  const properties = runs.map((run) => asObject(run.properties) ?? {});
  return known({
    scanner: programName(driver?.name, driver?.version ?? driver?.semanticVersion),
    scannedAt: momentOf(asObject(asArray(runs[0]?.invocations)[0])?.endTimeUtc),
    about: known({
      name: textOf(properties[0]?.imageName),
      digests: digestsOf(properties.flatMap(({ imageID, repoDigests }) => [imageID, ...asArray(repoDigests)])),
    }),
  });
}

function parseRule(rule: Fields): Rule {
  const properties = asObject(rule.properties) ?? {};
  const lines = linesOf(asObject(rule.help)?.text);
  const score = scoreOf(Number(asString(properties['security-severity']) ?? properties['security-severity']));
  return known({
    lines,
    isOfSystem: rule.name === 'OsPackageVulnerability',
    title: textOf(asObject(rule.shortDescription)?.text),
    description: textOf(asObject(rule.fullDescription)?.text),
    links: linksOf([rule.helpUri]),
    // Programs write a number for the severity here when they know no score.
    cvssScore: scoreOf(properties.cvssv3_baseScore),
    cvssVector: textOf(properties.cvssv3_vector),
    severity: score === undefined ? undefined : countedSeverity({ severity: 'Unknown', cvssScore: score }, 'Low'),
    purl: textsOf(properties.purls, 1)?.[0],
  });
}

function parseResult(result: Fields, ruleId: string | undefined, rule: Rule | undefined): ReportedVulnerability {
  const message = textOf(asObject(result.message)?.text) ?? '';
  const { lines: ofRule, isOfSystem, ...told } = rule ?? { lines: new Map<string, string>(), isOfSystem: false };
  const lines = linesOf(message);
  // A rule is about several packages in Trivy's reports, and about one in Grype's.
  const line = (...keys: string[]): string | undefined =>
    keys.map((key) => lines.get(key)).find(Boolean) ??
    (lines.has('package') ? undefined : keys.map((key) => ofRule.get(key)).find(Boolean));
  const name = line('package');
  const severity = severityOf(lines.get('severity') ?? ofRule.get('severity'));
  const physical = asObject(asObject(asArray(result.locations)[0])?.physicalLocation);
  const path = line('location') ?? (isOfSystem ? undefined : textOf(asObject(physical?.artifactLocation)?.uri));
  return known({
    ...told,
    id: idOf(ruleId, name),
    package: name ?? '(no package)',
    version: line('installed version', 'version') ?? '',
    packageType: line('type'),
    path: path?.replace(/^\//, ''),
    fixVersion: line('fixed version', 'fix version'),
    // The level is no rating: "error" may stand for high and for critical.
    severity: severity === 'Unknown' ? (told.severity ?? 'Unknown') : severity,
    description: told.description ?? textOf(message),
  });
}

/** `Fixed Version: 1.1.1d-r0` of a text. The first of a name counts: descriptions, which may say anything, come last. */
function linesOf(value: unknown): ReadonlyMap<string, string> {
  const lines = (asString(value) ?? '').slice(0, 2000).split('\n');
  const found = new Map<string, string>();
  for (const line of lines) {
    const [, name, text] = /^([A-Z][a-z]+(?: [A-Z][a-z]+)?): +(\S.*)$/.exec(line) ?? [];
    const key = name?.toLowerCase();
    if (key !== undefined && text !== undefined && !found.has(key)) found.set(key, text.trim());
  }
  return found;
}

/** Grype's rules are named after the vulnerability and the package: `CVE-2019-1549-libssl1.1`. */
function idOf(ruleId: string | undefined, name: string | undefined): string {
  const suffix = `-${name}`;
  return (ruleId?.endsWith(suffix) === true ? ruleId.slice(0, -suffix.length) : ruleId) ?? '(no id)';
}
