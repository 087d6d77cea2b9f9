#!/usr/bin/env node
// Has other programs and ours work with what the other one made, and prints a table of it.
//   npm run interop -- cosign    signatures and attestations, each way, at registries with and without referrers API
import { runTests } from './run-tests.mjs';

/** By program: the test whose cases are the lines, called `direction: column; column`, and the names of the columns. */
const tables = {
  cosign: {
    test: 'test/interop/cosign-commands.test.ts',
    columns: ['direction', 'what', 'form', 'signed with', 'registry'],
  },
};

const table = tables[process.argv[2]];
if (table === undefined) {
  console.error(`usage: npm run interop -- ${Object.keys(tables).join('|')}`);
  process.exit(2);
}
const { results, log } = await runTests(['--runTestsByPath', table.test]);
process.exitCode = print();

/** Prints a line for each case, and gives the exit status. */
function print() {
  const words = { passed: 'passed', failed: 'FAILED' };
  const rows = results.map(({ title, status }) => [words[status] ?? 'skipped', ...title.split(/[:;] /)]);
  const lines = [['', ...table.columns], ...rows.filter(({ length }) => length > table.columns.length)];
  const widths = lines[0].map((_, index) => Math.max(...lines.map((cells) => cells[index].length)));
  for (const cells of lines)
    console.log(
      cells
        .map((cell, index) => cell.padEnd(widths[index]))
        .join('  ')
        .trimEnd(),
    );
  // What is skipped as a whole says why in the name of its suite.
  for (const { status, ancestorTitles } of results) if (status === 'pending') console.log(ancestorTitles.join(', '));
  const count = (status) => results.filter((one) => one.status === status).length;
  const [passed, failed] = [count('passed'), count('failed')];
  if (failed > 0) console.error(log);
  console.log(`${passed} passed, ${failed} failed, ${results.length - passed - failed} skipped`);
  return failed > 0 || passed === 0 ? 1 : 0;
}
