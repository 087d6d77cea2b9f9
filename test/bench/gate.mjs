import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { median } from './measured-process.mjs';
import { startReportServer } from './report-server.mjs';

const sample = resolve(import.meta.dirname, 'gate-sample.mjs');
const samples = 5;
const targets = { seconds: 3, megabytes: 300, growth: 12, readSeconds: 10 };

/**
 * Judges 10,000 and 100,000 vulnerabilities and writes the reports of all formats: how long, and how much memory. Then the
 * same with 100,000 that are read from a Harbor first.
 */
export async function gate() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-gate-'));
  try {
    const small = await measure(folder, 'made', '10000');
    const large = await measure(folder, 'made', '100000');
    return [{ name: 'gate 10k', ...small, samples, ok: true }, judged(large, small), await read(folder)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function judged(large, small) {
  const { seconds, megabytes, growth } = targets;
  const isLinear = large.seconds <= small.seconds * growth;
  return {
    name: 'gate 100k',
    ...large,
    samples,
    ok: large.seconds <= seconds && large.megabytes <= megabytes && isLinear,
    target: `<= ${seconds} s, ${megabytes} MB and ${growth} times the seconds of 10k`,
  };
}

async function read(folder) {
  const { readSeconds, megabytes } = targets;
  const harbor = await startReportServer(folder, 100_000);
  try {
    const measured = await measure(folder, 'read', harbor.host);
    return {
      name: 'gate-read 100k',
      ...measured,
      samples,
      ok: measured.seconds <= readSeconds && measured.megabytes <= megabytes,
      target: `<= ${readSeconds} s and ${megabytes} MB`,
    };
  } finally {
    harbor.stop();
  }
}

/** Each sample has its own process, for memory that was given to a process stays with it. */
async function measure(folder, from, what) {
  const measured = [];
  for (let round = 0; round < samples; round++) {
    const { stdout } = await promisify(execFile)(process.execPath, [sample, folder, from, what]);
    measured.push(JSON.parse(stdout));
  }
  return {
    seconds: median(measured.map(({ seconds }) => seconds)),
    megabytes: median(measured.map(({ megabytes }) => megabytes)),
  };
}
