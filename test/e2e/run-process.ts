import { spawn } from 'node:child_process';
import { dirname } from 'node:path';

/** How a front end ended. */
export interface Run {
  readonly exitCode: number;
  /** Everything that it printed, both streams as they came. */
  readonly log: string;
  /** Standard output alone. */
  readonly stdout: string;
}

/** A process to run. Its environment is what is given, and `PATH` with the Node.js that runs the tests first. */
export interface ProcessOptions {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Folder with programs that win over those of the machine. */
  readonly programs?: string;
  readonly timeoutSeconds?: number;
}

/** Runs a program to its end; one that takes too long is ended. */
export function runProcess(program: string, args: readonly string[], options: ProcessOptions): Promise<Run> {
  const { folder, environment, programs, timeoutSeconds = 50 } = options;
  const path = [programs, dirname(process.execPath), process.env.PATH].filter((part) => part !== undefined).join(':');
  const child = spawn(program, args, {
    cwd: folder,
    env: { PATH: path, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what it started can be ended with it.
    detached: true,
  });
  const timer = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), timeoutSeconds * 1000);
  let log = '';
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    log += text;
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  return new Promise<Run>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ exitCode: code ?? 124, log, stdout }));
  }).finally(() => clearTimeout(timer));
}

/** Fails with all that was printed when a front end did not succeed. */
export function assertSuccess({ exitCode, log }: Run): void {
  if (exitCode !== 0) throw new Error(`ended with ${exitCode}:\n${log}`);
}
