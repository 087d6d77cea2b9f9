export type { Cleanup } from './cleanup.ts';
export { createCleanup } from './cleanup.ts';
export { endProcess } from './end-process.ts';
export type { Host } from './host.ts';
export type { StepResult } from './json-result.ts';
export { type LogOut, runPost } from './post.ts';
export { type RunOptions, runInCi, type StepBody } from './run-in-ci.ts';
