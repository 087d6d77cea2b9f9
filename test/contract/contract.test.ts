import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { harborVersions, startDevHarbor } from '@harbor-pilot/dev-harbor';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));
const suite = resolve(root, '../shared/contract/run.mjs');
const describeWithSuite = existsSync(suite) ? describe : describe.skip;

/** Runs scripts/contract.mjs, which knows the suite and what has to agree, and gives its exit status and output. */
async function measure(version: string, url: string, ca: string): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, [join(root, 'scripts/contract.mjs'), version, '--url', url, '--ca', ca]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const status = await new Promise<number | null>((done) => child.once('close', done));
  return { status, output };
}

describeWithSuite('the embedded Harbor beside recorded ones (needs ../shared/contract)', () => {
  it.each(harborVersions)(
    'agrees with Harbor %s in as many steps as it did before',
    async (harborVersion) => {
      const dataDirectory = await mkdtemp(join(tmpdir(), 'contract-'));
      const harbor = await startDevHarbor({ dataDirectory, harborVersion });
      try {
        const { status, output } = await measure(harborVersion, harbor.url, join(dataDirectory, 'ca.crt'));
        expect(output).toMatch(/^contract: \d+ agreed/m);
        expect(status === 0 ? '' : output).toBe('');
      } finally {
        await harbor.close();
        await rm(dataDirectory, { recursive: true, force: true });
      }
    },
    300_000,
  );
});
