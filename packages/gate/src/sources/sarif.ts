import { asArray, asNumber, asObject, asString, Sharing } from '@harbor-pilot/core';
import { noId } from '@harbor-pilot/harbor';
import { worstCvss } from '../cvss.ts';
import { parsePackageUrl, writtenName } from '../exceptions/package-url.ts';
import { known } from '../known.ts';
import { countedSeverity } from '../severity.ts';
import { digestsOf, linksOf, momentOf, programName, scoreOf, severityOf, textOf, textsOf } from './fields.ts';
import { type GrypeSentence, isOfFolder, parseGrypeSentence } from './grype-sentence.ts';
import type { LongJson } from './long-json.ts';
import { noScan } from './no-scan.ts';
import type { ReportedVulnerability, ScanFile } from './scan-file.ts';

type Fields = Readonly<Record<string, unknown>>;
/** What a rule says of all its results. */
type Rule = Partial<ReportedVulnerability> & {
  readonly help: string;
  /** `OsPackageVulnerability`, `Secret`. */
  readonly kind?: string;
};

/** Trivy gives the name of the image for the place of a package of the operating system. */
const systemPackage = 'OsPackageVulnerability';
/** What Trivy's SARIF has besides vulnerabilities. */
const otherKinds: readonly unknown[] = ['Misconfiguration', 'Secret', 'License'];
const noRule: Rule = { help: '' };
/** Those who look for vulnerabilities of images. Where others find nothing, they may never have looked for any. */
const imageScanners = /trivy|grype|anchore|snyk container|scout|clair/i;

/** Reads SARIF 2.1.0 as Trivy and Grype write it: what SARIF has no place for stands in the texts, a line each. */
export async function readSarif(json: LongJson): Promise<ScanFile> {
  const runs = asArray(asObject(json.outline)?.runs).map((run) => asObject(run) ?? {});
  for (const run of runs) requireScan(json.file, run);
  if (runs.length === 0) throw noScan(json.file, 'has no runs', 'Let the scanner make the report again.');
  const { vulnerabilities, image, warnings } = await readResults(json, await readRules(json));
  const facts = runFacts(runs);
  const { scanner = 'a tool without a name' } = facts;
  if (vulnerabilities.length === 0 && !imageScanners.test(scanner)) {
    throw noScan(
      json.file,
      `of ${scanner} has no results, which does not say that it looks for vulnerabilities of images`,
      "Give the report in the scanner's own format.",
    );
  }
  return known({
    file: json.file,
    format: 'SARIF',
    ...facts,
    about: known({ ...facts.about, name: facts.about.name ?? image }),
    lacksFixes:
      !/^(?:trivy|grype)\b/i.test(scanner) && !vulnerabilities.some(({ fixVersion }) => fixVersion !== undefined),
    vulnerabilities,
    warnings,
  });
}

/** What the results of all runs say, and the image that Grype names in them. */
async function readResults(
  json: LongJson,
  findRule: FindRule,
): Promise<Pick<ScanFile, 'vulnerabilities' | 'warnings'> & { readonly image: string | undefined }> {
  const sharing = new Sharing();
  const vulnerabilities: ReportedVulnerability[] = [];
  let [others, doubtful, image]: [number, number, string | undefined] = [0, 0, undefined];
  await json.each('runs.*.results', (value, [run]) => {
    const result = asObject(value) ?? {};
    if (!isFinding(result)) return;
    const id = textOf(result.ruleId) ?? textOf(asObject(result.rule)?.id);
    const rule = findRule(run, id, asNumber(result.ruleIndex) ?? asNumber(asObject(result.rule)?.index));
    if (otherKinds.includes(rule?.kind)) {
      others += 1;
      return;
    }
    const sentence = parseGrypeSentence(textOf(asObject(result.message)?.text) ?? '');
    if (sentence !== undefined && isOfFolder(sentence)) {
      throw noScan(json.file, 'is about no image, but about files', 'Run grype on the image.');
    }
    image ??= sentence?.image;
    const found = parseResult(result, id, rule, sentence);
    if (sentence !== undefined && found.severity === 'Low' && rule?.severity !== 'Low') doubtful += 1;
    vulnerabilities.push(sharing.share(found.id, found));
  });
  const warnings = [
    ...(others === 0
      ? []
      : [`${json.file} tells of ${others} secrets, licenses or settings, too: they are not judged.`]),
    ...(doubtful === 0
      ? []
      : [
          `${json.file} calls ${doubtful} low that have a higher CVSS score: the SARIF of Grype calls unrated ones low, too. Its JSON tells them apart.`,
        ]),
  ];
  return { vulnerabilities, image, warnings };
}

type FindRule = (run: number | undefined, id: string | undefined, index: number | undefined) => Rule | undefined;

/** Reads the rules of all runs. A result names its rule by its id, by its place, or by both; older versions of Grype all by the place 0. */
async function readRules(json: LongJson): Promise<FindRule> {
  const byId = new Map<string, Rule>();
  const byPlace = new Map<number | undefined, Rule[]>();
  await json.each('runs.*.tool.driver.rules', (value, [run]) => {
    const entry = asObject(value) ?? {};
    const rule = parseRule(entry);
    byId.set(`${run} ${textOf(entry.id)}`, rule);
    const rules = byPlace.get(run) ?? [];
    rules.push(rule);
    byPlace.set(run, rules);
  });
  return (run, id, index = -1) => byId.get(`${run} ${id}`) ?? byPlace.get(run)?.[index];
}

/** Absent results are of a run that has looked for none, or has failed (SARIF 2.1.0, 3.14.23). Trivy names an image where it has scanned one. */
function requireScan(file: string, run: Fields): void {
  const hint = 'Look into the log of the scanner, and let it make the report again.';
  if (!Array.isArray(run.results)) throw noScan(file, 'has a run without results: it has not looked for any', hint);
  if (asArray(run.invocations).some((one) => asObject(one)?.executionSuccessful === false)) {
    throw noScan(file, 'is of a run that has failed', hint);
  }
  const isOfTrivy = asObject(asObject(run.tool)?.driver)?.name === 'Trivy';
  if (isOfTrivy && textOf(asObject(run.properties)?.imageName) === undefined) {
    throw noScan(file, 'is about no image', 'Run trivy image on the image, of version 0.40 or newer.');
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
  const score = scoreOf(Number(asString(properties['security-severity']) ?? properties['security-severity']));
  return known({
    help: textOf(asObject(rule.help)?.text) ?? '',
    kind: textOf(rule.name),
    title: textOf(asObject(rule.shortDescription)?.text),
    description: textOf(asObject(rule.fullDescription)?.text),
    links: linksOf([rule.helpUri]),
    // Trivy's scores. The number for the severity is none: programs write one when they know no score, too.
    ...worstCvss([
      { score: properties.cvssv3_baseScore, vector: properties.cvssv3_vector },
      { score: properties.cvssv40_baseScore, vector: properties.cvssv40_vector },
    ]),
    severity: score === undefined ? undefined : countedSeverity({ severity: 'Unknown', cvssScore: score }, 'Low'),
    purl: onlyOf(properties.purls),
  });
}

/** A rule may be about several packages: which of them a result means is not known then. */
function onlyOf(purls: unknown): string | undefined {
  const texts = textsOf(purls, 2);
  return texts?.length === 1 ? texts[0] : undefined;
}

function parseResult(
  result: Fields,
  ruleId: string | undefined,
  rule: Rule | undefined,
  sentence: GrypeSentence | undefined,
): ReportedVulnerability {
  const message = textOf(asObject(result.message)?.text) ?? '';
  const { help, kind, purl, ...told } = rule ?? noRule;
  const [lines, ofRule] = [linesOf(message), linesOf(help)];
  // A rule is about several packages in Trivy's reports, and about one in Grype's.
  const line = (...keys: string[]): string | undefined =>
    keys.map((key) => lines.get(key)).find(Boolean) ??
    (lines.has('package') ? undefined : keys.map((key) => ofRule.get(key)).find(Boolean));
  const word = severityOf(lines.get('severity') ?? ofRule.get('severity'));
  // Grype calls low what nobody has rated, and gives it no score.
  const isUnrated = sentence !== undefined && word === 'Low' && told.severity === undefined;
  // The level is no rating: "error" may stand for high and for critical.
  const severity = isUnrated ? 'Unknown' : word === 'Unknown' ? (told.severity ?? 'Unknown') : word;
  const version = sentence?.version ?? line('installed version', 'version');
  const parsed = parsePackageUrl(purl ?? '');
  const physical = asObject(asObject(asArray(result.locations)[0])?.physicalLocation);
  const path =
    sentence?.path ??
    line('location') ??
    (kind === systemPackage ? undefined : textOf(asObject(physical?.artifactLocation)?.uri));
  return known({
    ...told,
    id: idOf(ruleId, message, help),
    package: sentence?.package ?? line('package') ?? (parsed === undefined ? '(no package)' : writtenName(parsed)),
    version: version ?? parsed?.version ?? '',
    packageType: sentence?.type ?? line('type'),
    // That of a rule may be another version of the package.
    purl: version === undefined || ofRule.get('version') === version ? purl : undefined,
    path: path?.replace(/^\//, ''),
    fixVersion: line('fixed version', 'fix version'),
    severity,
    description: told.description ?? textOf(message),
  });
}

/** `Fixed Version: 1.1.1d-r0` of a text. The first of a name counts: descriptions, which may say anything, come last. */
function linesOf(text: string): ReadonlyMap<string, string> {
  const lines = text.slice(0, 2000).split('\n');
  const found = new Map<string, string>();
  for (const line of lines) {
    const [, name, text] = /^([A-Z][a-z]+(?: [A-Z][a-z]+)?): +(\S.*)$/.exec(line) ?? [];
    const key = name?.toLowerCase();
    if (key !== undefined && text !== undefined && !found.has(key)) found.set(key, text.trim());
  }
  return found;
}

/** Grype's rules are named after the vulnerability and the package, and its older ones after all there is: the text tells the id. */
function idOf(ruleId: string | undefined, ...texts: readonly string[]): string {
  const named = texts.map((text) => /^Vulnerability (\S+)$/m.exec(text)?.[1]).find(Boolean);
  return named ?? ruleId ?? noId;
}
