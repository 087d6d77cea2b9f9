import { systemClock } from '@harbor-pilot/core';
import type { Host } from '../src/index.ts';

/** A host that keeps what is written, and can be interrupted. */
export interface CapturedHost extends Host {
  readonly out: () => string;
  readonly error: () => string;
  readonly interrupt: (reason: unknown) => void;
}

/** Makes a captured host with just this environment. */
export function captureHost(environment: Record<string, string>, workingDirectory = '/nowhere'): CapturedHost {
  const out: string[] = [];
  const error: string[] = [];
  const controller = new AbortController();
  return {
    environment,
    workingDirectory,
    clock: systemClock,
    writeOut: (text) => void out.push(text),
    writeError: (text) => void error.push(text),
    isTerminal: false,
    signal: controller.signal,
    out: () => out.join(''),
    error: () => error.join(''),
    interrupt: (reason) => controller.abort(reason),
  };
}
