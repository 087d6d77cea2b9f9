import { systemClock } from '@harbor-pilot/core';
import type { Runtime } from '@harbor-pilot/step-kit';

/** A runtime that keeps what a step says and hands over. */
export interface CapturedRuntime extends Runtime {
  readonly lines: string[];
  readonly outputs: Record<string, string>;
  readonly masked: string[];
  /** What is shown to the people who look at the job. */
  readonly summaries: string[];
  /** Runs what the step left to be undone. */
  end(): Promise<void>;
}

/** Makes a captured runtime in a folder. */
export function captureRuntime(workspace: string, environment: Record<string, string> = {}): CapturedRuntime {
  const lines: string[] = [];
  const outputs: Record<string, string> = {};
  const masked: string[] = [];
  const summaries: string[] = [];
  const undos: (() => Promise<void>)[] = [];
  return {
    name: 'terminal',
    workspace,
    signal: new AbortController().signal,
    run: { ci: 'terminal' },
    environment: { HOME: workspace, ...environment },
    clock: systemClock,
    temporaryFolder: async () => workspace,
    mask: (secret) => void masked.push(secret),
    info: (line) => void lines.push(line),
    progress: (_, text, isDone) => {
      if (isDone) lines.push(text);
    },
    warn: (line) => void lines.push(`warning: ${line}`),
    group: (title, body) => {
      lines.push(title);
      return body();
    },
    setOutput: (name, value) => {
      outputs[name] = [value].flat().join('\n');
    },
    summary: async (markdown) => void summaries.push(markdown),
    exportVariable: () => undefined,
    removeAfterJob: () => undefined,
    logOutAfterJob: () => undefined,
    onCleanup: (undo) => void undos.push(undo),
    lines,
    outputs,
    masked,
    summaries,
    end: async () => {
      for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) await undo();
    },
  };
}
