export type { Cleanup } from './cleanup.ts';
export { createCleanup } from './cleanup.ts';
export { errorLines } from './error-lines.ts';
export type { Host } from './host.ts';
export type { StepResult } from './json-result.ts';
export { type RunOptions, runInCi, runPost, type StepBody } from './run-in-ci.ts';
