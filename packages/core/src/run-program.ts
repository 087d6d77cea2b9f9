import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Clock } from './clock.ts';
import { PilotError } from './errors.ts';
import { redact } from './redact.ts';

/** A program and what it may use. */
export interface ProgramRun {
  /** A name that is looked for on the PATH of the environment, or a path, relative to the folder. */
  readonly program: string;
  readonly args: readonly string[];
  /** All that it gets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where it runs. */
  readonly folder: string;
  /** What it reads on its standard input, which ends then. */
  readonly input?: string;
  /** Takes its standard output, to the end; when that fails the program is ended. */
  readonly readOutput: (output: Readable) => Promise<void>;
  readonly timeoutSeconds: number;
  /** The error for when the time is over. */
  readonly unfinished: () => PilotError;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Each line of its standard error, without control characters. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** How a program has ended. */
export interface ProgramEnd {
  /** Its exit code, or the name of the signal that has ended it. */
  readonly status: number | NodeJS.Signals;
  /** The last lines of its standard error. */
  readonly lastLines: readonly string[];
}

const graceSeconds = 5;
const keptLines = 50;
const lineLimit = 500;
const keptCharacters = 64 * 1024;

/**
 * Runs a program, without a shell, until it ends, the time is over, or the signal comes. It is asked to end then (SIGTERM),
 * and after 5 seconds made to (SIGKILL), with all that it has started.
 *
 * With node:child_process: `exec` of @actions/exec, which also passes arguments as a list, can neither end a program nor
 * limit its output.
 * @throws PilotError FILE_UNREADABLE when there is no such program; what `unfinished` and `readOutput` say; the reason of
 *   the signal.
 */
export async function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  run.signal?.throwIfAborted();
  // Most steps have no program to start, and are not to wait for what starts programs.
  const { spawn } = process.getBuiltinModule('node:child_process');
  const child = spawn(run.program, run.args, {
    cwd: run.folder,
    env: run.environment,
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own, so that what it has started ends with it.
    detached: process.platform !== 'win32',
  });
  const ended = endOf(child, run.program);
  // A program need not read what it is given; how it ends tells more than that.
  child.stdin.on('error', () => {});
  child.stdin.end(run.input ?? '');
  const stopped = new AbortController();
  const stop = (why: unknown): void => stopped.abort(why);
  const over = new AbortController();
  const onAbort = (): void => stop(run.signal?.reason);
  run.signal?.addEventListener('abort', onAbort);
  const lastLines: string[] = [];
  void run.clock.sleep(run.timeoutSeconds * 1000, over.signal).then(
    () => stop(run.unfinished()),
    () => {},
  );
  stopped.signal.addEventListener('abort', () => void end(child, run.clock, over.signal));
  try {
    const [status] = await Promise.all([
      ended,
      run.readOutput(child.stdout).catch(stop),
      readLines(child.stderr, lastLines, run.onLine).catch(stop),
    ]);
    stopped.signal.throwIfAborted();
    return { status, lastLines };
  } finally {
    over.abort();
    run.signal?.removeEventListener('abort', onAbort);
  }
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function endOf(child: Child, program: string): Promise<number | NodeJS.Signals> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause: NodeJS.ErrnoException) => {
      const what = cause.code === 'ENOENT' ? 'is not installed' : `cannot be started (${cause.code})`;
      reject(
        new PilotError('FILE_UNREADABLE', `the program "${program}" ${what}`, {
          cause,
          hint: program.includes('/')
            ? 'Look at the path: the file must be there, and this account must be allowed to run it.'
            : `Install ${program} in a step before this one, in a folder of the PATH.`,
        }),
      );
    });
    child.once('close', (code, signal) => resolve(code ?? signal ?? 1));
  });
}

async function end(child: Child, clock: Clock, isOver: AbortSignal): Promise<void> {
  const send = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
    } catch {
      // It has ended in between.
    }
  };
  send('SIGTERM');
  const kill = (): void => {
    send('SIGKILL');
    // Something that it has started and that left its group may hold them open for ever.
    for (const output of [child.stdout, child.stderr]) output.destroy();
  };
  await clock.sleep(graceSeconds * 1000, isOver).then(kill, () => {});
}

async function readLines(chunks: Readable, lastLines: string[], onLine: ProgramRun['onLine']): Promise<void> {
  let rest = '';
  const take = (line: string): void => {
    // A secret that the limit cuts in two would not be found any more.
    const text = redact(line)
      .replaceAll(/\p{Cc}/gu, ' ')
      .trim()
      .slice(0, lineLimit);
    if (text === '') return;
    lastLines.push(text);
    if (lastLines.length > keptLines) lastLines.shift();
    onLine?.(text);
  };
  for await (const chunk of chunks.setEncoding('utf8')) {
    const lines = (rest + chunk).split(/\r\n|[\r\n]/);
    rest = (lines.pop() ?? '').slice(0, keptCharacters);
    for (const line of lines) take(line);
  }
  take(rest);
}
