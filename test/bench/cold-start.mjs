import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loginStart } from './login-start.mjs';
import { median } from './measured-process.mjs';

const dist = resolve(import.meta.dirname, '../../actions/dist');
const samples = 11;

const ratioTarget = 3;

/**
 * How long each action takes from the start of its process to its first word, against an empty program: without inputs it
 * ends with a usage error, after everything that it loads before its work. And the whole login with all that it does.
 */
export async function coldStart() {
  const folder = mkdtempSync(join(tmpdir(), 'cold-start-'));
  try {
    const empty = join(folder, 'empty.mjs');
    writeFileSync(empty, '');
    const actions = readdirSync(dist).filter((name) => name.endsWith('.mjs'));
    const times = Object.fromEntries([empty, ...actions].map((name) => [name, []]));
    for (let round = 0; round < samples; round++) {
      times[empty].push(secondsOf(empty, folder));
      for (const name of actions) times[name].push(secondsOf(join(dist, name), folder));
    }
    const peerSeconds = median(times[empty]);
    const first = actions.map((name) => {
      const seconds = median(times[name]);
      const ok = seconds / peerSeconds <= ratioTarget;
      return {
        name: name.replace('.mjs', ''),
        seconds,
        peer: 'empty',
        peerSeconds,
        samples,
        ok,
        target: `ratio <= ${ratioTarget}`,
      };
    });
    return [...first, ...(await loginStart(folder, empty))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function secondsOf(program, workingDirectory) {
  const begin = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, [program], {
    cwd: workingDirectory,
    env: { GITHUB_ACTIONS: 'true', PATH: process.env.PATH },
    stdio: 'ignore',
  });
  if (status !== 0 && status !== 2) throw new Error(`${program} ended with ${status}`);
  return Number(process.hrtime.bigint() - begin) / 1e9;
}
