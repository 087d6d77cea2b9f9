import { type PilotError, redact } from '@harbor-pilot/core';
import type { OutputValue } from '@harbor-pilot/step-kit';
import type { CiRuntime } from './ci-runtime.ts';
import type { Host } from './host.ts';

/** What a step ended with, for machines. */
export interface StepResult {
  readonly outputs: Readonly<Record<string, string>>;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly hint: string | undefined;
    readonly exitCode: number;
  };
}

/** Collects outputs and failure of a step. */
export function collectResult(): {
  setOutput(name: string, value: OutputValue): void;
  fail(error: PilotError): void;
  result(): StepResult;
} {
  const outputs: Record<string, string> = {};
  let failure: PilotError | undefined;
  return {
    setOutput: (name, value) => {
      outputs[name] = [value].flat().join('\n');
    },
    fail: (error) => {
      failure = error;
    },
    result: () => {
      if (failure === undefined) return { outputs };
      const { code, message, hint, exitCode } = failure;
      return { outputs, error: { code, message, hint, exitCode } };
    },
  };
}

/** A runtime that ends with one line of JSON on standard output; on a terminal in place of the plain lines. */
export function withJsonResult(runtime: CiRuntime, host: Host): CiRuntime {
  const collected = collectResult();
  return {
    ...runtime,
    setOutput: (name, value) => {
      collected.setOutput(name, value);
      if (runtime.name !== 'terminal') runtime.setOutput(name, value);
    },
    fail: (error) => {
      collected.fail(error);
      runtime.fail(error);
    },
    finish: async () => {
      await runtime.finish();
      host.writeOut(`${redact(JSON.stringify(collected.result()))}\n`);
    },
  };
}
