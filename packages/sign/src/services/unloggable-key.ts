import { PilotError } from '@harbor-pilot/core';
import type { KeyAlgorithm } from '../keys/algorithm.ts';

/** The error for a key whose signatures a log does not take. */
export function unloggableKey(log: string, { name }: KeyAlgorithm): PilotError {
  return new PilotError('KEY_INVALID', `${log} does not take such signatures of keys of the kind ${name}`, {
    hint: 'Sign with an ECDSA key over P-256, or with a signing configuration without this log.',
  });
}
