/** Time for what was written to get out: a reader that does not read must not hold up the CI. */
const flushSeconds = 2;

/**
 * Ends the process once all that it wrote is out, whatever is still open. One that ends by itself first takes all of its
 * memory apart, which takes a tenth of the time of a login.
 */
export async function endProcess(exitCode: number): Promise<never> {
  setTimeout(() => process.exit(exitCode), flushSeconds * 1000);
  const streams = [process.stdout, process.stderr];
  await Promise.all(streams.map((stream) => new Promise((done) => stream.write('', done))));
  process.exit(exitCode);
}
