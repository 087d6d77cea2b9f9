import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Clock, PilotError, unwritable } from '@harbor-pilot/core';

/** A program and what it may use. */
export interface ProgramRun {
  /** A name that is looked for on the PATH of the environment. */
  readonly program: string;
  readonly args: readonly string[];
  /** All that it gets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where it runs. */
  readonly folder: string;
  /** Takes its standard output; only this account may read it. */
  readonly outputFile: string;
  readonly outputLimitBytes: number;
  readonly timeoutSeconds: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Each line of its standard error. */
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

/**
 * Runs a program until it ends, the time is over, or the signal comes. It is asked to end then (SIGTERM), and after 5
 * seconds made to (SIGKILL), with all that it has started.
 *
 * With node:child_process: `exec` of @actions/exec, which also passes arguments as a list, can neither end a program nor
 * limit its output.
 * @throws PilotError FILE_UNREADABLE when there is no such program, SCAN_UNFINISHED when the time is over, CONTENT_HOSTILE
 * when it writes too much, FILE_UNWRITABLE; the reason of the signal.
 */
export async function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  run.signal?.throwIfAborted();
  const child = spawn(run.program, run.args, {
    cwd: run.folder,
    env: run.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what it has started ends with it.
    detached: process.platform !== 'win32',
  });
  const ended = endOf(child, run.program);
  const stopped = new AbortController();
  const stop = (why: unknown): void => stopped.abort(why);
  const over = new AbortController();
  const onAbort = (): void => stop(run.signal?.reason);
  run.signal?.addEventListener('abort', onAbort);
  const lastLines: string[] = [];
  void run.clock.sleep(run.timeoutSeconds * 1000, over.signal).then(
    () => stop(unfinished(run)),
    () => {},
  );
  stopped.signal.addEventListener('abort', () => void end(child, run.clock, over.signal));
  try {
    const [status] = await Promise.all([
      ended,
      pipeline(child.stdout, limited(run), createWriteStream(run.outputFile, { mode: 0o600 }))
        .catch(unwritable(run.outputFile))
        .catch(stop),
      readLines(child.stderr, lastLines, run.onLine),
    ]);
    stopped.signal.throwIfAborted();
    return { status, lastLines };
  } finally {
    over.abort();
    run.signal?.removeEventListener('abort', onAbort);
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

function endOf(child: Child, program: string): Promise<number | NodeJS.Signals> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause: NodeJS.ErrnoException) => {
      const what = cause.code === 'ENOENT' ? 'is not installed' : `cannot be started (${cause.code})`;
      reject(
        new PilotError('FILE_UNREADABLE', `the program "${program}" ${what}`, {
          cause,
          hint: `Install ${program} in a step before this one, in a folder of the PATH.`,
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
  await clock.sleep(graceSeconds * 1000, isOver).then(
    () => send('SIGKILL'),
    () => {},
  );
}

function limited({ program, outputLimitBytes }: ProgramRun) {
  return async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    let sizeBytes = 0;
    for await (const chunk of chunks) {
      sizeBytes += chunk.length;
      if (sizeBytes > outputLimitBytes) {
        throw new PilotError('CONTENT_HOSTILE', `${program} wrote a report of more than ${outputLimitBytes} bytes`, {
          hint: 'Look at what is in the image: no image has so many packages.',
        });
      }
      yield chunk;
    }
  };
}

async function readLines(chunks: Readable, lastLines: string[], onLine: ProgramRun['onLine']): Promise<void> {
  let rest = '';
  const take = (line: string): void => {
    const text = line
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
    rest = (lines.pop() ?? '').slice(0, lineLimit);
    for (const line of lines) take(line);
  }
  take(rest);
}

function unfinished({ program }: ProgramRun): PilotError {
  return new PilotError('SCAN_UNFINISHED', `${program} did not end in time`, {
    hint: 'Give it more time, or keep its vulnerability data between jobs: the first run downloads them.',
  });
}
