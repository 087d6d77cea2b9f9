export type { Cleanup } from './cleanup.ts';
export { createCleanup } from './cleanup.ts';
export { errorLines } from './error-lines.ts';
export type { Host } from './host.ts';
export { runInCi, runPost, type StepBody } from './run-in-ci.ts';
