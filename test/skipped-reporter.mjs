/** Names what was skipped, and why, at the end of a run: a test that did not run must not look like one that passed. */
export default class SkippedReporter {
  onRunComplete(_, { testResults }) {
    const tests = testResults.flatMap((file) => file.testResults.filter(({ status }) => status === 'pending'));
    const titles = new Set(tests.map(({ ancestorTitles, title }) => ancestorTitles[0] ?? title));
    for (const title of [...titles].sort()) console.error(`skipped: ${title}`);
  }
}
