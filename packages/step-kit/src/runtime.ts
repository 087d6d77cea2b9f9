import type { Clock } from '@harbor-pilot/core';
import type { OutputValue } from './step.ts';

/** Where a step runs. */
export type RuntimeName = 'github' | 'gitlab' | 'jenkins' | 'terminal';

/** What the CI tells about the run, for records and reports; empty on a terminal. */
export interface RunInfo {
  readonly ci: RuntimeName;
  readonly runUrl?: string | undefined;
  readonly commit?: string | undefined;
  readonly repositoryUrl?: string | undefined;
}

/** A terminal that somebody looks at. */
export interface Terminal {
  readonly columns: number;
  /** Whether `info` passes colours on: the plain ones of ECMA-48, nothing else that a terminal obeys. */
  readonly isColoured: boolean;
}

/** The CI as a step sees it. Steps print, mask and hand over values only through it. */
export interface Runtime {
  readonly name: RuntimeName;
  /** Folder of the user's repository, absolute. */
  readonly workspace: string;
  /** Aborted at a signal that asks the process to end; its reason is an `Interrupted` of the core package. */
  readonly signal: AbortSignal;
  readonly run: RunInfo;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** How lines are shown to somebody who looks on; absent where they go to a log. */
  readonly terminal?: Terminal;
  /** A folder for what must not outlive the process: made on first use, mode 0700, removed at the end. */
  temporaryFolder(): Promise<string>;
  /** Hides a value, and its encoded forms, in all output from now on. */
  mask(secret: string): void;
  /** One line for the log. */
  info(line: string): void;
  /** How far something is that takes a while: one line for each id, redrawn in place where that can be, printed only once it is done elsewhere. */
  progress(id: string, text: string, isDone: boolean): void;
  /** One line that the CI shows as a warning. */
  warn(line: string): void;
  /** Runs something under a heading that the CI can fold. */
  group<T>(title: string, body: () => Promise<T>): Promise<T>;
  /** A value for later steps of the pipeline. Never a secret. */
  setOutput(name: string, value: OutputValue): void;
  /** Markdown for the page of the run, where the CI has one. */
  summary(markdown: string): Promise<void>;
  /** Sets an environment variable for the later steps of the job, where the CI can. */
  exportVariable(name: string, value: string): void;
  /** Has a folder removed when the job ends (not just this step), where the CI can. */
  removeAfterJob(folder: string): void;
  /** Has the step `logout` run with these inputs, by kebab-case name, when the job ends, where the CI can. No secrets. */
  logOutAfterJob(inputs: Readonly<Record<string, string>>): void;
  /** Something to undo when the process ends, whether it succeeds, fails or is interrupted. Last in, first out. */
  onCleanup(undo: () => Promise<void>): void;
}
