/**
 * Injects faults between the registry client and real registries (Debian's docker-registry, the embedded Harbor), and
 * between a login and whom it talks to, misuses signatures and tokens, and looks for the secrets of all steps. It says for
 * each row of the table of hazards whether what must happen did happen, and where that is tested: npm run faults [-- ROW]
 */
import { runTests } from './run-tests.mjs';

const hazards = {
  1: '429 with Retry-After',
  2: '429 in any words',
  3: 'bursts of 502, 503 and 504',
  4: 'connection reset in an upload',
  5: 'a registry that takes chunks out of order',
  6: 'a server that falls silent',
  7: 'truncated bodies and wrong lengths',
  8: 'content that is not what its digest says',
  9: 'a token that expires in mid upload',
  10: '401 for ever, and too few rights',
  11: 'redirects to other hosts',
  12: 'a token realm of the registry’s choosing',
  13: 'an upload address on another host',
  14: 'certificates that are not to be trusted',
  15: 'a client certificate that is missing or does not fit',
  16: '"insecure", for one host alone',
  17: 'names, ports and proxies that do not answer',
  18: 'a disk of ours that is full',
  19: 'a disk of the server that is full',
  20: 'an interrupt in the middle of a push',
  21: 'two jobs that push the same tag',
  22: 'an immutable tag',
  23: 'the three kinds of 412',
  24: 'quota, read-only mode, missing project',
  25: 'an index that is pushed in part',
  26: 'a second run after a failure',
  27: 'a large layer in little memory',
  28: 'a tag that is moved between looking and acting',
  29: 'a signature that was copied with its image',
  30: 'an image without a signature that counts',
  // 31, bundles that were changed, are 140 cases of their own: npm run conformance -- sigstore.
  32: 'an identity that anybody has',
  33: 'a signature that no log knows',
  34: 'a trust root that has ended',
  43: 'secrets in output, files, command lines and other programs',
  44: 'secrets in other forms: line by line, base64, URL, JSON',
  45: 'credentials that stay behind',
  50: 'an identity token for somebody else, or in the wrong hands',
  51: 'jobs for the code of a fork',
};

const files = ['test/faults-registry', 'test/faults/', 'test/secrets', 'packages/steps/test/forks', 'test/e2e/forks'];

const rowOf = ({ fullName }) => Number(/\brow (\d+):/.exec(fullName)?.[1] ?? 0);

function outcomeOf(cases) {
  if (cases.some(({ status }) => status === 'failed')) return 'failed';
  if (cases.some(({ status }) => status === 'passed')) return 'passed';
  return cases.length === 0 ? 'failed' : 'skipped';
}

const only = process.argv[2];
const pattern = only === undefined ? 'row \\d+:' : `row ${Number(only)}:`;
const { results } = await runTests([...files, '--testNamePattern', pattern]);
const counts = { passed: 0, failed: 0, skipped: 0 };
for (const [row, hazard] of Object.entries(hazards)) {
  if (only !== undefined && row !== only) continue;
  const cases = results.filter((one) => rowOf(one) === Number(row));
  const outcome = outcomeOf(cases);
  counts[outcome] += 1;
  const passed = cases.filter(({ status }) => status === 'passed').length;
  console.log(`row ${row.padStart(2)}  ${outcome}  ${hazard} (${passed} of ${cases.length} cases)`);
  console.log(`        in ${[...new Set(cases.map(({ file }) => file))].join(', ')}`);
  for (const { status, fullName } of cases) if (status === 'failed') console.log(`        failed: ${fullName}`);
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed === 0 ? 0 : 1;
