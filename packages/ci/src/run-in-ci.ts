import { rm } from 'node:fs/promises';
import { Interrupted, redact, systemClock, toPilotError } from '@harbor-pilot/core';
import type { RawInputs, Runtime } from '@harbor-pilot/step-kit';
import type { CiRuntime } from './ci-runtime.ts';
import { type Cleanup, createCleanup } from './cleanup.ts';
import { detectRuntime } from './detect.ts';
import { foldersToRemove } from './github.ts';
import type { Host } from './host.ts';
import { withJsonResult } from './json-result.ts';

/** A step as the front end starts it. */
export type StepBody = (runtime: Runtime, inputs: RawInputs) => Promise<void>;

/** Time for a step to end by itself after it was interrupted. */
const graceSeconds = 10;

/** Time for the process to end by itself after the step did: a timer or connection that is left open must not hold up the CI. */
const lingerSeconds = 2;

/** How a front end starts a step. */
export interface RunOptions {
  /** Raw inputs that win over those of the CI: the flags of a command line. */
  readonly overrides?: RawInputs;
  /** Print outputs or error as one line of JSON on standard output. */
  readonly json?: boolean;
  readonly host?: Host;
}

/**
 * Runs a step in the CI that the process is in, from inputs to clean-up.
 * @returns the exit code of the process.
 */
export async function runInCi(body: StepBody, options: RunOptions = {}): Promise<number> {
  const { overrides = () => undefined, json = false, host = processHost() } = options;
  const cleanup = createCleanup(host.environment.RUNNER_TEMP);
  const detected = await createRuntime(host, cleanup);
  const runtime = json ? withJsonResult(detected, host) : detected;
  const exitCode = await runBody(body, runtime, overrides, host.signal);
  for (const error of await cleanup.run()) runtime.warn(`clean-up: ${String(error)}`);
  await runtime.finish();
  if (options.host === undefined) setTimeout(() => process.exit(), lingerSeconds * 1000).unref();
  return exitCode;
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

async function runBody(body: StepBody, runtime: CiRuntime, overrides: RawInputs, signal: AbortSignal): Promise<number> {
  const ended = new AbortController();
  try {
    await Promise.race([
      body(runtime, (kebab) => overrides(kebab) ?? runtime.rawInput(kebab)),
      afterGrace(signal, (milliseconds) => runtime.clock.sleep(milliseconds, ended.signal)),
    ]);
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

/** Never resolves; rejects some time after the signal, so that a step that does not listen cannot hold up the clean-up. */
function afterGrace(signal: AbortSignal, sleep: (milliseconds: number) => Promise<void>): Promise<never> {
  return new Promise((_, reject) => {
    const wait = (): void =>
      void sleep(graceSeconds * 1000).then(
        () => reject(signal.reason),
        () => undefined,
      );
    signal.addEventListener('abort', wait, { once: true });
  });
}

/** The process that runs this, with its signals. A second signal ends it at once. */
function processHost(): Host {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => controller.abort(new Interrupted(name)));
  }
  return {
    environment: process.env,
    workingDirectory: process.cwd(),
    clock: systemClock,
    writeOut: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
    isTerminal: process.stderr.isTTY,
    columns: () => process.stderr.columns,
    signal: controller.signal,
  };
}

/** The post part of a GitHub action: removes what the main part left behind. Safe to run again. */
export async function runPost(environment: Host['environment'] = process.env): Promise<number> {
  for (const folder of foldersToRemove(environment)) {
    await rm(folder, { recursive: true, force: true });
    process.stdout.write(redact(`removed ${folder}\n`));
  }
  return 0;
}
