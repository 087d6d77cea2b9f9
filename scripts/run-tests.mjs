import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs tests without printing anything.
 * @param {readonly string[]} args files and options of Jest.
 * @returns what became of each test, with its file, and what Jest has logged.
 */
export async function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'tests-'));
  try {
    const report = join(folder, 'report.json');
    const jest = ['--no-warnings', '--experimental-vm-modules', join(root, 'node_modules/jest/bin/jest.js')];
    const options = ['--silent', '--json', `--outputFile=${report}`, ...args];
    const child = spawn(process.execPath, [...jest, ...options], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      log += text;
    });
    await new Promise((done) => child.once('close', done));
    const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
    const results = testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map((one) => ({ ...one, file: name.slice(root.length) })),
    );
    return { results, log };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
