import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

const pollMilliseconds = 10;

/**
 * Runs a program to its end: how long it took from start to exit, and how much memory it had at most (Linux only).
 * @throws Error with its output when it fails.
 */
export async function runMeasured(program, args, options) {
  const begin = process.hrtime.bigint();
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  let megabytes = 0;
  const poll = setInterval(() => {
    megabytes = peakMegabytes(child.pid) ?? megabytes;
  }, pollMilliseconds);
  const status = await new Promise((done) => child.once('close', done));
  clearInterval(poll);
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${output}`);
  return { seconds, megabytes };
}

/** The most memory that a process had in its life so far; undefined when it is gone. */
function peakMegabytes(pid) {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes === undefined ? undefined : (Number(kibibytes) * 1024) / 1e6;
  } catch {
    return undefined;
  }
}

/** The middle one of some numbers. */
export function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
