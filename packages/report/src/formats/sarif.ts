import type { JudgedVulnerability } from '@harbor-pilot/step-kit';
import { CompressedSize } from './compressed-size.ts';
import { jsonFields, jsonList } from './json-list.ts';
import type { PreparedReport } from './prepared-report.ts';
import { sarifResult } from './sarif-result.ts';
import { sarifRule } from './sarif-rule.ts';
import { sarifText } from './sarif-text.ts';
import { tool } from './tool.ts';

/**
 * What GitHub takes of one run: 25,000 results (it shows the 5,000 worst) in a file of at most 10 MB, compressed. Some bytes
 * stay free for what is not counted.
 */
const limits = { results: 25_000, shown: 5000, compressedBytes: 9_000_000 } as const;

/**
 * A log of SARIF 2.1.0 with one run, in the subset and within the limits of GitHub's code scanning: those that are refused
 * come first, and a notification tells how many found no room. The results are before the rules, since it is known only
 * after them which rules are needed.
 */
export function* sarifReport(report: PreparedReport): Generator<string> {
  const written = new WrittenResults(report);
  yield '{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{\n';
  yield `${jsonFields(about(report))},\n"results":`;
  yield* written.results();
  yield `,\n"tool":{"driver":{${jsonFields(driver)},"rules":`;
  yield* written.rules();
  yield `}},\n${jsonFields({ invocations: [invocation(report, written.count)] })}}]}\n`;
}

const driver = { name: tool.name, version: tool.version, semanticVersion: tool.version };

/** Chooses what fits, and remembers what was written. */
class WrittenResults {
  readonly #report: PreparedReport;
  /** The first of each id, of which its rule is made. */
  readonly #first: JudgedVulnerability[] = [];
  readonly #ruleIndexes = new Map<string, number>();
  readonly #size = new CompressedSize();
  count = 0;

  constructor(report: PreparedReport) {
    this.#report = report;
  }

  results(): Iterable<string> {
    return jsonList(this.#chosen(), (text) => text);
  }

  *#chosen(): Generator<string> {
    for (const [index, found] of refusedFirst(this.#report)) {
      if (this.count === limits.results || this.#size.reaches(limits.compressedBytes)) return;
      const text = sarifResult(this.#report, found, this.#report.fingerprints[index], this.#ruleIndex(found));
      this.#size.add(text);
      this.count++;
      yield text;
    }
  }

  /** Made once more, for the text of all of them is large. */
  rules(): Iterable<string> {
    return jsonList(this.#first, sarifRule);
  }

  #ruleIndex(found: JudgedVulnerability): number {
    const known = this.#ruleIndexes.get(found.id);
    if (known !== undefined) return known;
    this.#ruleIndexes.set(found.id, this.#first.length);
    this.#size.add(sarifRule(found));
    return this.#first.push(found) - 1;
  }
}

function* refusedFirst({
  vulnerabilities,
}: PreparedReport): Generator<readonly [index: number, found: JudgedVulnerability]> {
  for (const entry of vulnerabilities.entries()) if (entry[1].outcome === 'refused') yield entry;
  for (const entry of vulnerabilities.entries()) if (entry[1].outcome !== 'refused') yield entry;
}

/** The id ends with a slash: all of it is the category by which GitHub tells analyses of one commit apart. */
function about(report: PreparedReport): object {
  const { image, digest, platforms, source, verdict, failBuild, policy, baseline } = report;
  return {
    automationDetails: { id: `${tool.id}/${image}/` },
    properties: { image, digest, platforms, source, verdict, failBuild, policy, baseline },
  };
}

function invocation({ judgedAt, reasons, warnings, vulnerabilities }: PreparedReport, count: number): object {
  return {
    executionSuccessful: true,
    endTimeUtc: judgedAt,
    toolExecutionNotifications: [
      ...leftOut(vulnerabilities.length, count).map((text) => notification('warning', text)),
      ...warnings.map((text) => notification('warning', text)),
      ...reasons.map((text) => notification('note', text)),
    ],
  };
}

function leftOut(all: number, count: number): string[] {
  if (count < all) {
    return [
      `Only the worst ${count} of ${all} vulnerabilities are in this file, for GitHub takes no more; it shows ${limits.shown}. The JSON report has all.`,
    ];
  }
  return count > limits.shown ? [`GitHub shows the worst ${limits.shown} of these ${count} vulnerabilities.`] : [];
}

function notification(level: 'warning' | 'note', text: string): object {
  return { level, message: { text: sarifText(text) } };
}
