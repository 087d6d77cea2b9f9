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

/** Whether Harbor does not take the account, which is no trouble that passes unless it took it before. */
export function isRefusalOfAccount(error: unknown): error is PilotError {
  return error instanceof PilotError && (error.code === 'AUTH_FAILED' || error.code === 'ROBOT_REFUSED');
}
