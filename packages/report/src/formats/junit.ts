import type { JudgedVulnerability } from '@harbor-pilot/step-kit';
import { exceptionOf, type PreparedReport } from './prepared-report.ts';
import { cut, exceptionPhrase, fixPhrase, severityPhrase } from './wording.ts';
import { xmlAttributes, xmlText } from './xml.ts';

/** Longest description of a failed test, in characters: viewers show all of it. */
const longestDescription = 1000;

/**
 * A test for each vulnerability: failed when it is refused, skipped when it is excepted. Where there is none, one that
 * passed, since Jenkins takes a report without tests for a mistake and fails (junit plugin, JUnitResultArchiver). Fits both
 * schemas that readers go by, the one of Jenkins (junit-10.xsd) and the one of Ant (windyroad/JUnit-Schema), which wants
 * more to be there.
 */
export function* junitReport(report: PreparedReport): Generator<string> {
  yield `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n<testsuite${xmlAttributes(suite(report))}>\n<properties>\n`;
  for (const [name, value] of properties(report)) yield `<property${xmlAttributes({ name, value })}/>\n`;
  yield '</properties>\n';
  const classes = report.image.replaceAll('.', '_');
  for (const found of report.vulnerabilities) yield testCase(found, classes, report);
  if (report.vulnerabilities.length === 0) yield testcase({ classname: classes, name: 'no vulnerabilities' });
  yield '<system-out>';
  for (const line of remarks(report)) yield `- ${xmlText(line)}\n`;
  yield '</system-out>\n<system-err></system-err>\n</testsuite>\n</testsuites>\n';
}

function suite(report: PreparedReport): Record<string, string | number> {
  let [failures, skipped] = [0, 0];
  for (const { outcome } of report.vulnerabilities) {
    if (outcome === 'refused') failures++;
    if (outcome === 'excepted') skipped++;
  }
  return {
    name: report.image,
    id: 0,
    package: report.image,
    // The schema of Ant wants a time without a zone.
    timestamp: new Date(report.judgedAt).toISOString().slice(0, 19),
    hostname: report.image.split('/', 1)[0] || 'localhost',
    tests: Math.max(1, report.vulnerabilities.length),
    failures,
    errors: 0,
    skipped,
    time: report.durationSeconds.toFixed(3),
  };
}

function* properties(report: PreparedReport): Generator<readonly [string, string]> {
  yield ['digest', report.digest];
  yield ['platforms', report.platforms.join(', ')];
  yield ['source', report.source.name];
  yield ['verdict', report.verdict];
  for (const rule of report.policy) yield ['policy', rule];
}

function* remarks(report: PreparedReport): Generator<string> {
  yield* report.reasons;
  for (const warning of report.warnings) yield `Warning: ${warning}`;
  for (const exception of report.exceptions) {
    yield `Exception (${exception.state}) for ${exception.id}: ${exceptionPhrase(exception)}`;
  }
}

/** Jenkins takes what is before the last dot for the package of a class, and makes a page of each. */
function testCase(found: JudgedVulnerability, classes: string, report: PreparedReport): string {
  const place = found.path === undefined ? '' : ` in ${found.path}`;
  const name = {
    classname: `${classes}.${found.package.replaceAll('.', '_')}`,
    name: `${found.id} ${found.package} ${found.version}${place}`,
  };
  return testcase(name, found.outcome === 'allowed' ? '' : outcome(found, report));
}

function testcase(name: { readonly classname: string; readonly name: string }, result = ''): string {
  const attributes = xmlAttributes({ ...name, time: 0 });
  return result === '' ? `<testcase${attributes}/>\n` : `<testcase${attributes}>${result}</testcase>\n`;
}

function outcome(found: JudgedVulnerability, report: PreparedReport): string {
  if (found.outcome === 'excepted') {
    const exception = exceptionOf(report, found);
    const message = exception === undefined ? found.because : exceptionPhrase(exception);
    return `<skipped${xmlAttributes({ message })}/>`;
  }
  const message = `${found.because}; ${fixPhrase(found)}`;
  // GitLab shows only the text, Jenkins the message first (Gitlab::Ci::Parsers::Test::Junit, hudson.tasks.junit.CaseResult).
  const text = [`Refused: ${message}`, ...facts(found)].join('\n');
  return `<failure${xmlAttributes({ message, type: found.countedAs })}>${xmlText(text)}</failure>`;
}

/** Lines that begin with words of ours: some print them into a log, where text of others could be a command. */
function facts(found: JudgedVulnerability): readonly string[] {
  const { title, cvssScore, platforms, links, description } = found;
  return [
    ...(title === undefined ? [] : [`Title: ${title}`]),
    `Severity: ${severityPhrase(found)}${cvssScore === undefined ? '' : `, CVSS ${cvssScore}`}`,
    `Platforms: ${platforms.join(', ')}`,
    ...(links?.[0] === undefined ? [] : [`More: ${links[0]}`]),
    ...(description === undefined ? [] : [`Description: ${cut(description, longestDescription)}`]),
  ];
}
