import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** A program that runs beside a test. */
export interface ChildProgram {
  readonly name: string;
  /** Whether it has ended by itself. */
  hasEnded(): boolean;
  /** The last lines that it wrote. */
  lastLines(count: number): string;
  /** Asks it to end, and ends it when it does not within 3 seconds. */
  stop(): Promise<void>;
}

const stopMilliseconds = 3000;

/**
 * Starts a program whose output goes to a file. It ends with this process, however that ends.
 * @param logFile made or written over.
 */
export function startProgram(name: string, program: string, args: readonly string[], logFile: string): ChildProgram {
  const log = openSync(logFile, 'w');
  const child = spawn(program, args, { stdio: ['ignore', log, log] });
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const hasEnded = (): boolean => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  const guard = guardOf(child);
  return {
    name,
    hasEnded,
    lastLines: (count) => readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-count).join('\n'),
    stop: async () => {
      child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), stopMilliseconds);
      await ended;
      clearTimeout(impatience);
      guard?.kill('SIGKILL');
    },
  };
}

/** Test runners may be killed without a chance to clean up: a shell sees its input end then, and ends the program. */
function guardOf({ pid }: ChildProcess): ChildProcess | undefined {
  if (pid === undefined) return undefined;
  const script = 'cat > /dev/null; kill -9 "$0"';
  const guard = spawn('sh', ['-c', script, String(pid)], { stdio: ['pipe', 'ignore', 'ignore'] });
  guard.unref();
  return guard;
}
