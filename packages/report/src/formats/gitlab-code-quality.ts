import type { JudgedVulnerability } from '@harbor-pilot/step-kit';
import { artifactPath } from './artifact-path.ts';
import { jsonList } from './json-list.ts';
import { exceptionOf, type PreparedReport } from './prepared-report.ts';
import { scaleOf } from './severity-scales.ts';
import { exceptionPhrase, fixPhrase, headingOf } from './wording.ts';

/**
 * A code quality report of GitLab, which every edition shows in merge requests: the fields that GitLab reads of the format
 * of Code Climate. What is excepted is listed as `info`, with the exception in its text.
 */
export function* codeQualityReport(report: PreparedReport): Generator<string> {
  yield* jsonList(report.vulnerabilities, (found, index) => issue(report, found, report.fingerprints[index]));
  yield '\n';
}

function issue(report: PreparedReport, found: JudgedVulnerability, fingerprint: string | undefined): string {
  const exception = exceptionOf(report, found);
  const outcome = exception === undefined ? found.because : `excepted: ${exceptionPhrase(exception)}`;
  return JSON.stringify({
    description: `${headingOf(found)} (${found.package} ${found.version}, ${fixPhrase(found)}; ${outcome})`,
    check_name: found.id,
    fingerprint,
    severity: found.outcome === 'excepted' ? 'info' : scaleOf(found).codeQuality,
    location: { path: artifactPath(report, found), lines: { begin: 1 } },
  });
}
