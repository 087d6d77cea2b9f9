import { causeChain, type PilotError, redact } from '@harbor-pilot/core';

/** An error as the lines that every front end prints: what happened, what to do, why. */
export function errorLines(error: PilotError): readonly string[] {
  const causes = causeChain(error).map((cause) => `  because: ${cause}`);
  const stack = error.code === 'INTERNAL' && error.cause instanceof Error ? (error.cause.stack ?? '').split('\n') : [];
  return [
    `error ${error.code}: ${error.message}`,
    ...causes,
    ...stack.map(redact),
    ...(error.hint === undefined ? [] : [`  hint: ${error.hint}`]),
  ];
}
