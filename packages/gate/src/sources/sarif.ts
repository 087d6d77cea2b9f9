import { asArray, asNumber, asObject, asString, Sharing } from '@harbor-pilot/core';
import { noId } from '@harbor-pilot/harbor';
import { worstCvss } from '../cvss.ts';
import { parsePackageUrl, writtenName } from '../exceptions/package-url.ts';
import { known } from '../known.ts';
import { countedSeverity } from '../severity.ts';
import { digestsOf, linksOf, momentOf, programName, scoreOf, severityOf, textOf, textsOf } from './fields.ts';
import type { LongJson } from './long-json.ts';
import { noScan } from './no-scan.ts';
import { isOfFolder, type PackageSentence, parseSentence } from './package-sentence.ts';
import type { ReportedVulnerability, ScanFile } from './scan-file.ts';

type Fields = Readonly<Record<string, unknown>>;
/** What a rule says of all its results. */
type Rule = Partial<ReportedVulnerability> & {
  readonly help: string;
  /** `OsPackageVulnerability`, `Secret`. */
  readonly kind?: string;
};

/** Trivy gives a place in the image for these; other places are names of images, or of whatever a program makes of it. */
const languagePackage = 'LanguageSpecificPackageVulnerability';
/** Those who tell the fix where there is one, or say that there is none. */
const tellingFixes = /^(?:trivy|grype|docker scout)\b/i;
/** What Trivy's SARIF has besides vulnerabilities. */
const otherKinds: readonly unknown[] = ['Misconfiguration', 'Secret', 'License'];
const noRule: Rule = { help: '' };
/** Those who look for vulnerabilities of images. Where others find nothing, they may never have looked for any. */
const imageScanners =
  /trivy|grype|anchore|container|docker scout|clair|xray|prisma cloud|twistlock|\bwiz\b|sysdig|neuvector|qualys/i;

/** Reads SARIF 2.1.0 as Trivy, Grype, Docker Scout and Snyk write it: what SARIF has no place for stands in the texts. */
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
    lacksFixes: !tellingFixes.test(scanner) && !vulnerabilities.some(({ fixVersion }) => fixVersion !== undefined),
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
    const sentence = parseSentence(textOf(asObject(result.message)?.text) ?? '');
    if (sentence !== undefined && isOfFolder(sentence)) {
      throw noScan(json.file, 'is about no image, but about files', 'Run grype on the image.');
    }
    image ??= sentence?.image;
    const found = parseResult(result, id, rule, sentence);
    if (sentence?.by === 'Grype' && found.severity === 'Low' && rule?.severity !== 'Low') doubtful += 1;
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
  const byNumber = score === undefined ? undefined : countedSeverity({ severity: 'Unknown', cvssScore: score }, 'Low');
  // Docker Scout writes the number 3.1 for what is UNSPECIFIED.
  const word = textOf(properties.cvssV3_severity);
  const description = textOf(asObject(rule.fullDescription)?.text);
  return known({
    help: textOf(asObject(rule.help)?.text) ?? '',
    kind: textOf(rule.name),
    aliases: aliasesIn(description),
    title: textOf(asObject(rule.shortDescription)?.text),
    description,
    links: linksOf([rule.helpUri]),
    // The number for the severity is none: programs write one when they know no score, too.
    ...worstCvss([
      { score: properties.cvssV3, vector: undefined },
      { score: properties.cvssv3_baseScore, vector: properties.cvssv3_vector },
      { score: properties.cvssv40_baseScore, vector: properties.cvssv40_vector },
    ]),
    severity: word === undefined ? byNumber : severityOf(word),
    purl: onlyOf(properties.purls),
  });
}

/** `(CVE-2026-1,CVE-2026-2) bash@5.0`, as Snyk has it, whose ids are its own. */
function aliasesIn(description: string | undefined): readonly string[] | undefined {
  return textsOf(/^\((CVE-[^)]*)\)/.exec(description ?? '')?.[1]?.split(','), 20);
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
  sentence: PackageSentence | undefined,
): ReportedVulnerability {
  const message = textOf(asObject(result.message)?.text) ?? '';
  const { help, kind, purl: purlOfRule, ...told } = rule ?? noRule;
  const [lines, ofRule] = [linesOf(message), linesOf(help)];
  // A rule is about several packages in Trivy's reports, and about one in Grype's.
  const line = (...keys: string[]): string | undefined =>
    keys.map((key) => lines.get(key)).find(Boolean) ??
    (lines.has('package') ? undefined : keys.map((key) => ofRule.get(key)).find(Boolean));
  const location = asObject(asArray(result.locations)[0]);
  const uri = textOf(asObject(asObject(location?.physicalLocation)?.artifactLocation)?.uri);
  const path = sentence?.path ?? line('location') ?? (kind === languagePackage ? uri : undefined);
  const version = sentence?.version ?? line('installed version', 'version') ?? versionIn(location, sentence?.package);
  // Docker Scout names a package by its URL. That of a rule may be of another version of the package.
  const named = sentence?.package ?? line('package');
  const isOfRule = version === undefined || ofRule.get('version') === version;
  const purl = parsePackageUrl(named ?? '') === undefined ? (isOfRule ? purlOfRule : undefined) : named;
  const parsed = parsePackageUrl(purl ?? '');
  const fixVersion = line('fixed version', 'fix version');
  return known({
    ...told,
    id: idOf(ruleId, message, help),
    package: (named === purl ? undefined : named) ?? (parsed === undefined ? '(no package)' : writtenName(parsed)),
    version: version ?? parsed?.version ?? '',
    packageType: sentence?.type ?? line('type'),
    purl,
    path: path?.replace(/^\//, ''),
    fixVersion: fixVersion === 'not fixed' ? undefined : fixVersion,
    severity: severityIn(
      lines.get('severity') ?? sentence?.severity ?? ofRule.get('severity'),
      sentence,
      told.severity,
    ),
    description: told.description ?? textOf(message),
  });
}

/**
 * The level is no rating: "error" may stand for high and for critical.
 * @param ofRule by the number of the rule, which programs write when they know no severity, too: it counts only without a word.
 */
function severityIn(
  word: string | undefined,
  sentence: PackageSentence | undefined,
  ofRule: ReportedVulnerability['severity'] = 'Unknown',
): ReportedVulnerability['severity'] {
  if (word === undefined) return ofRule;
  const severity = severityOf(word);
  // Grype calls low what nobody has rated, and gives it no number.
  return sentence?.by === 'Grype' && severity === 'Low' && ofRule === 'Unknown' ? 'Unknown' : severity;
}

/** `bash@5.0`, as Snyk has it beside the place. */
function versionIn(location: Fields | undefined, name: string | undefined): string | undefined {
  const full = textOf(asObject(asArray(location?.logicalLocations)[0])?.fullyQualifiedName);
  return name !== undefined && full?.startsWith(`${name}@`) === true ? full.slice(name.length + 1) : undefined;
}

/** `Fixed Version: 1.1.1d-r0` of a text. The first of a name counts: descriptions, which may say anything, come last. */
function linesOf(text: string): ReadonlyMap<string, string> {
  const lines = text.slice(0, 2000).split('\n');
  const found = new Map<string, string>();
  for (const line of lines) {
    const [, name, text] = /^ *([A-Z][a-z]+(?: [A-Za-z][a-z]+)?) *: +(\S.*)$/.exec(line) ?? [];
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
