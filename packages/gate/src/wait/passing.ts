import { type ErrorCode, PilotError } from '@harbor-pilot/core';

/** A wait of minutes outlives a restart of Harbor. */
const passing: readonly ErrorCode[] = [
  'HARBOR_UNAVAILABLE',
  'RATE_LIMITED',
  'NETWORK_UNREACHABLE',
  'DEADLINE_EXCEEDED',
];

/** Whether trouble passes by itself, so that a wait goes on. */
export function isPassing(error: unknown): error is PilotError {
  return error instanceof PilotError && passing.includes(error.code);
}
