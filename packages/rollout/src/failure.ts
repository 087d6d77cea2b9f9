import { PilotError } from '@harbor-pilot/core';
import type { RolloutPart } from '@harbor-pilot/step-kit';

const parts = new WeakMap<object, RolloutPart>();

/** What a rollout did before it threw this error: for ROLLOUT_FAILED and for an interruption; undefined for anything else. */
export function rolloutPartOf(error: unknown): RolloutPart | undefined {
  return typeof error === 'object' && error !== null ? parts.get(error) : undefined;
}

/** Remembers what a rollout did together with the error that ends it. */
export function withRolloutPart<E>(error: E, part: RolloutPart): E {
  if (typeof error === 'object' && error !== null) parts.set(error, part);
  return error;
}

/** The error for a rollout that failed. */
export function rolloutFailed(message: string, hint: string, part: RolloutPart, cause?: unknown): PilotError {
  const details = { outcome: part.outcome, namespace: part.namespace, reasons: part.reasons.join('\n') };
  return withRolloutPart(new PilotError('ROLLOUT_FAILED', message, { hint, details, cause }), part);
}
