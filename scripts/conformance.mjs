#!/usr/bin/env node
// Checks against what others have specified: prints one line for each requirement or case.
//   npm run conformance -- sigstore           verifying against the cases of sigstore-conformance in ../shared/data
//   npm run conformance                       the embedded Harbor against the OCI distribution spec 1.1.1
//   HARBOR_PILOT_TEST_URL=https://registry.example npm run conformance
//     any registry, with HARBOR_PILOT_TEST_USERNAME, _PASSWORD and _CA (a PEM file) if it wants them; at a Harbor the
//     account has to be an administrator, because the check makes a project of its own
import { runTests } from './run-tests.mjs';

const suites = {
  oci: { file: 'test/conformance/conformance.test.ts', title: /^[A-Z]+-\d+ / },
  sigstore: { file: 'test/conformance/sigstore.test.ts', title: / by (?:path|digest)$/ },
};
const name = process.argv[2] ?? 'oci';
const suite = suites[name];
if (suite === undefined) throw new Error(`there is no suite "${name}", only ${Object.keys(suites).join(' and ')}`);

const { results, log } = await runTests(['--runTestsByPath', suite.file]);
process.exitCode = print(results.filter(({ title }) => suite.title.test(title)));

/** Prints a line for each requirement, and gives the exit status. */
function print(results) {
  const count = (...states) => results.filter(({ status }) => states.includes(status)).length;
  for (const { title, status } of results)
    console.log(`${status === 'passed' ? 'passed ' : status === 'failed' ? 'FAILED ' : 'skipped'} ${title}`);
  const [passed, failed] = [count('passed'), count('failed')];
  if (failed > 0 || results.length === 0) console.error(log);
  if (results.length === 0) console.error('there is nothing to check: its cases are not there');
  console.log(`${passed} of ${results.length} passed, ${failed} failed, ${count('pending')} skipped`);
  return failed > 0 || passed === 0 ? 1 : 0;
}
