import type { Clock } from '@harbor-pilot/core';

/** The process as a runtime sees it; tests give their own. */
export interface Host {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly clock: Clock;
  /** Writes text to standard output. */
  writeOut(text: string): void;
  /** Writes text to standard error. */
  writeError(text: string): void;
  readonly isTerminal: boolean;
  /** Width of the terminal, where it is known. */
  readonly columns?: () => number | undefined;
  /** Aborted with an `Interrupted` at a signal that asks the process to end. */
  readonly signal: AbortSignal;
}
