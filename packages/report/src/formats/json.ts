import { jsonFields, jsonList } from './json-list.ts';
import type { PreparedReport } from './prepared-report.ts';

/** The whole report, by `gate-report.schema.json` of this package. */
export function* jsonReport(report: PreparedReport): Generator<string> {
  const { vulnerabilities, exceptions, upgrades, fingerprints, ...rest } = report;
  yield `{${jsonFields(rest)},\n"exceptions":`;
  yield* jsonList(exceptions, (exception) => JSON.stringify(exception));
  yield ',\n"upgrades":';
  yield* jsonList(upgrades, (upgrade) => JSON.stringify(upgrade));
  yield ',\n"vulnerabilities":';
  yield* jsonList(vulnerabilities, (found, index) => `{"fingerprint":"${fingerprints[index]}",${jsonFields(found)}}`);
  yield '}\n';
}
