import { type PilotError, registerSecret } from '@harbor-pilot/core';
import { environmentName, type RunInfo, type RuntimeName } from '@harbor-pilot/step-kit';
import type { CiRuntime } from './ci-runtime.ts';
import type { Cleanup } from './cleanup.ts';
import { errorLines } from './error-lines.ts';
import { forLog } from './for-log.ts';
import type { Host } from './host.ts';

/** What a runtime is made from. */
export interface RuntimeParts {
  readonly name: RuntimeName;
  readonly host: Host;
  readonly cleanup: Cleanup;
  readonly run: RunInfo;
  /** Prints one line that is redacted already, and has nothing that terminals obey. */
  readonly print: (line: string) => void;
}

/** The runtime that the four have in common: inputs from variables, plain lines, nothing that outlives the process. */
export function createBaseRuntime(parts: RuntimeParts): CiRuntime {
  const { host, cleanup, print } = parts;
  const printLines = (lines: readonly string[]): void => lines.forEach((line) => void print(forLog(line)));
  return {
    name: parts.name,
    // Not the folder of the project that a CI tells: a step works where its script has gone, as any program does.
    workspace: host.workingDirectory,
    signal: host.signal,
    run: parts.run,
    environment: host.environment,
    clock: host.clock,
    temporaryFolder: cleanup.temporaryFolder,
    mask: registerSecret,
    info: (line) => printLines([line]),
    progress: (_, text, isDone) => {
      if (isDone) printLines([text]);
    },
    warn: (line) => printLines([`warning: ${line}`]),
    group: async (title, body) => {
      printLines([title]);
      return body();
    },
    setOutput: () => undefined,
    summary: async () => undefined,
    exportVariable: () => undefined,
    removeAfterJob: () => undefined,
    logOutAfterJob: () => undefined,
    onCleanup: cleanup.add,
    inputSources: [(kebab) => host.environment[environmentName(kebab)]],
    fail: (error: PilotError) => printLines(errorLines(error)),
    finish: async () => undefined,
  };
}
