import type { FoundVulnerability, GateReport, JudgedVulnerability } from '@harbor-pilot/step-kit';
import { type Baseline, compare } from './baseline.ts';
import type { ExceptedImage, Exception } from './exceptions/exception.ts';
import { openLedger } from './exceptions/ledger.ts';
import { exceptionWarnings } from './exceptions/warnings.ts';
import { missingData } from './missing-data.ts';
import { freshnessWords, requireFresh } from './policy/freshness.ts';
import type { GatePolicy } from './policy/policy.ts';
import { countingRules, scopeRules } from './policy/rules.ts';
import { type ThreatData, withThreats } from './policy/threats.ts';
import { type WeighedVulnerability, weigh } from './policy/weigh.ts';
import { explain } from './reasons.ts';
import { compareTexts } from './remediation/compare-parts.ts';
import { upgradesFor } from './remediation/upgrades-for.ts';
import { countBySeverity, severityRank } from './severity.ts';

/** What was found in an image, and all that it is judged by. */
export interface JudgeRequest extends ExceptedImage {
  readonly source: GateReport['source'];
  readonly vulnerabilities: readonly FoundVulnerability[];
  readonly policy: GatePolicy;
  /** Whether nobody tells which of them have a fix: then only-fixed exempts none. */
  readonly lacksFixes?: boolean;
  /** The strongest first: of several that cover a vulnerability the first is named. */
  readonly exceptions?: readonly Exception[];
  readonly baseline?: Baseline;
  /** Why there is none, when one was asked for; a sentence. */
  readonly noBaseline?: string;
  readonly threats?: ThreatData;
  /** Digests of the layers of the base image, compressed and not, where they are known. */
  readonly baseLayers?: ReadonlySet<string>;
  /** Whether the image has a bill of materials. */
  readonly hasSbom?: boolean;
  /** Of those who found the vulnerabilities and read the files. */
  readonly warnings?: readonly string[];
  readonly now: Date;
  /** How long the wait for the reports took. */
  readonly durationSeconds: number;
}

/**
 * Judges an image by a policy. Pure: the same request has the same report. The order of the vulnerabilities matters only for
 * those that are the same in all but details.
 * @throws PilotError SCAN_OUTDATED when the policy wants a newer scan or newer data: that is no verdict.
 */
export function judgeImage(request: JudgeRequest): GateReport {
  const { baseline, now, exceptions = [], threats = {} } = request;
  const policy = request.lacksFixes === true ? { ...request.policy, onlyFixed: false } : request.policy;
  requireFresh(request.source, policy, now);
  const vulnerabilities = request.vulnerabilities.map((found) => withThreats(found, threats));
  const comparison = baseline === undefined ? undefined : compare(vulnerabilities, baseline);
  const ledger = openLedger(exceptions, request, now, policy.warnBeforeExpiryDays);
  const weighed = [
    ...weigh(vulnerabilities, { policy, ledger, now, ...(comparison === undefined ? {} : { comparison }) }),
  ].sort(worstFirst);
  const reported = ledger.report();
  const places = new Map([...reported.keys()].map((exception, place) => [exception, place]));
  const judgedOnes = weighed.map((one) => judged(one, places));
  const lacksSbom = policy.requireSbom === true && request.hasSbom !== true;
  return {
    schemaVersion: 1,
    image: request.image,
    digest: request.digest,
    platforms: request.platforms,
    source: request.source,
    verdict: lacksSbom || weighed.some(({ outcome }) => outcome === 'refused') ? 'refused' : 'passed',
    failBuild: policy.failBuild ?? true,
    policy: policyWords(policy, now),
    reasons: [
      ...(lacksSbom ? ['The image has no bill of materials (SBOM); the policy requires one.'] : []),
      ...explain(weighed, policy, request.platforms),
    ],
    warnings: [
      ...(request.warnings ?? []),
      ...missingData(request),
      ...exceptionWarnings([...reported.values()], weighed),
    ],
    counts: countBySeverity(vulnerabilities),
    vulnerabilities: judgedOnes,
    exceptions: [...reported.values()],
    upgrades: upgradesFor(judgedOnes, request.baseLayers),
    ...(baseline === undefined || comparison === undefined
      ? {}
      : { baseline: { name: baseline.name, added: comparison.added, removed: comparison.removed } }),
    judgedAt: now.toISOString(),
    durationSeconds: request.durationSeconds,
  };
}

function policyWords(policy: GatePolicy, now: Date): string[] {
  return [
    ...[...countingRules(policy, now), ...scopeRules(policy)].map(({ words }) => words),
    ...(policy.knownExploited === true ? ['What is known to be exploited counts, whatever its severity.'] : []),
    ...freshnessWords(policy),
    ...(policy.requireSbom === true ? ['The image must have a bill of materials (SBOM).'] : []),
    ...(policy.failBuild === false ? ['A refusal does not fail the build.'] : []),
  ];
}

function judged(one: WeighedVulnerability, places: ReadonlyMap<Exception, number>): JudgedVulnerability {
  const { found, countedAs, outcome, because, isNew } = one;
  const exception = one.exception === undefined ? undefined : places.get(one.exception);
  return {
    ...found,
    countedAs,
    outcome,
    because,
    ...(exception === undefined ? {} : { exception }),
    ...(isNew === undefined ? {} : { isNew }),
  };
}

function worstFirst(one: WeighedVulnerability, other: WeighedVulnerability): number {
  return (
    severityRank(one.countedAs) - severityRank(other.countedAs) ||
    Number(other.outcome === 'refused') - Number(one.outcome === 'refused') ||
    (other.found.cvssScore ?? 0) - (one.found.cvssScore ?? 0) ||
    compareTexts(one.found.id, other.found.id) ||
    compareTexts(one.found.package, other.found.package) ||
    compareTexts(one.found.version, other.found.version) ||
    compareTexts(one.found.path ?? '', other.found.path ?? '') ||
    compareTexts(one.found.layer ?? '', other.found.layer ?? '') ||
    compareTexts(one.found.platforms.join(), other.found.platforms.join())
  );
}
