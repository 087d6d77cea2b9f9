import { Interrupted, interruptSignals, systemClock, toPilotError } from '@harbor-pilot/core';
import type { InputSource, Runtime } from '@harbor-pilot/step-kit';
import type { CiRuntime } from './ci-runtime.ts';
import { type Cleanup, createCleanup } from './cleanup.ts';
import { detectRuntime } from './detect.ts';
import { errorLines } from './error-lines.ts';
import type { Host } from './host.ts';

/** A step as the front end starts it. */
export type StepBody = (runtime: Runtime, inputs: readonly InputSource[]) => Promise<void>;

/** Time for a step to end by itself after it was interrupted, and then for its clean-up. */
const graceSeconds = 10;

/** How a front end starts a step. */
export interface RunOptions {
  /** Inputs that win over those of the CI: the flags of a command line. */
  readonly overrides?: InputSource;
  /** Print outputs or error as one line of JSON on standard output. */
  readonly json?: boolean;
  readonly host?: Host;
}

/**
 * Runs a step in the CI that the process is in, from inputs to clean-up.
 * @returns the exit code of the process.
 */
export async function runInCi(body: StepBody, options: RunOptions = {}): Promise<number> {
  const { host = processHost() } = options;
  try {
    return await runWith(body, options, host);
  } catch (error) {
    // The front end itself cannot work: there is nobody else to tell it.
    const failure = toPilotError(error);
    host.writeError(`${errorLines(failure).join('\n')}\n`);
    return failure.exitCode;
  }
}

async function runWith(body: StepBody, { overrides, json = false }: RunOptions, host: Host): Promise<number> {
  const cleanup = createCleanup(temporaryBase(host));
  const detected = await createRuntime(host, cleanup);
  const runtime = json ? (await import('./json-result.ts')).withJsonResult(detected, host) : detected;
  const sources = overrides === undefined ? runtime.inputSources : [overrides, ...runtime.inputSources];
  const exitCode = await runBody(() => body(runtime, sources), runtime, host.signal);
  await cleanUp(cleanup, runtime);
  try {
    await runtime.finish();
    return exitCode;
  } catch (error) {
    // Why the step itself has failed matters more.
    if (exitCode === 0) throw error;
    runtime.warn(`outputs: ${toPilotError(error).message}`);
    return exitCode;
  }
}

/** Clean-up that hangs must not keep a job that was cancelled from ending. */
async function cleanUp(cleanup: Cleanup, { signal, clock, warn }: CiRuntime): Promise<void> {
  const ended = new AbortController();
  const sleep = (milliseconds: number): Promise<void> => clock.sleep(milliseconds, ended.signal);
  try {
    const errors = await Promise.race([cleanup.run(), afterGrace(signal, sleep)]);
    for (const error of errors) warn(`clean-up: ${String(error)}`);
  } catch (error) {
    if (error !== signal.reason) throw error;
    warn(`clean-up: not done after ${graceSeconds} seconds`);
  } finally {
    ended.abort();
  }
}

/** GitHub empties this folder after the job; elsewhere a variable of that name means nothing. */
function temporaryBase({ environment }: Host): string | undefined {
  return detectRuntime(environment) === 'github' ? environment.RUNNER_TEMP : undefined;
}

async function createRuntime(host: Host, cleanup: Cleanup): Promise<CiRuntime> {
  switch (detectRuntime(host.environment)) {
    case 'github':
      return (await import('./github.ts')).createGithubRuntime(host, cleanup);
    case 'gitlab':
      return (await import('./gitlab.ts')).createGitlabRuntime(host, cleanup);
    case 'jenkins':
      return (await import('./jenkins.ts')).createJenkinsRuntime(host, cleanup);
    case 'terminal':
      return (await import('./terminal.ts')).createTerminalRuntime(host, cleanup);
  }
}

async function runBody(body: () => Promise<void>, runtime: CiRuntime, signal: AbortSignal): Promise<number> {
  const ended = new AbortController();
  try {
    await Promise.race([body(), afterGrace(signal, (milliseconds) => runtime.clock.sleep(milliseconds, ended.signal))]);
    return 0;
  } catch (error) {
    if (signal.aborted && signal.reason instanceof Interrupted) {
      runtime.warn(`${signal.reason.message}; cleaning up`);
      return signal.reason.exitCode;
    }
    const failure = toPilotError(error);
    runtime.fail(failure);
    return failure.exitCode;
  } finally {
    ended.abort();
  }
}

/** Never resolves; rejects some time after the signal, so that what does not listen cannot hold up the end. */
function afterGrace(signal: AbortSignal, sleep: (milliseconds: number) => Promise<void>): Promise<never> {
  return new Promise((_, reject) => {
    const wait = (): void =>
      void sleep(graceSeconds * 1000).then(
        () => reject(signal.reason),
        () => undefined,
      );
    if (signal.aborted) wait();
    else signal.addEventListener('abort', wait, { once: true });
  });
}

/** The process that runs this, with its signals. A second SIGINT or SIGTERM ends it at once. */
function processHost(): Host {
  const controller = new AbortController();
  for (const name of interruptSignals) {
    const interrupt = (): void => controller.abort(new Interrupted(name));
    // A terminal that is closed says so twice: once itself, and once by its shell.
    if (name === 'SIGHUP') process.on(name, interrupt);
    else process.once(name, interrupt);
  }
  return {
    environment: process.env,
    workingDirectory: process.cwd(),
    clock: systemClock,
    writeOut: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
    get isTerminal() {
      return process.stderr.isTTY;
    },
    columns: () => process.stderr.columns,
    signal: controller.signal,
  };
}
