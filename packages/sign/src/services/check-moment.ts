import { X509Certificate } from 'node:crypto';
import { formatTime } from '@harbor-pilot/core';
import type { ServiceAnswer } from './ask-service.ts';

/**
 * Checks that the certificate was valid when a witness says that the signature was made: otherwise nobody could verify it.
 * @throws PilotError ANSWER_UNEXPECTED when it was not, which is when the clocks of the services differ.
 */
export function checkMoment(
  time: Date,
  certificates: readonly Uint8Array[],
  answer: Pick<ServiceAnswer, 'unexpected'>,
): void {
  const [leaf] = certificates;
  if (leaf === undefined) return;
  const { validFromDate, validToDate } = new X509Certificate(leaf);
  if (time >= validFromDate && time <= validToDate) return;
  const validity = `from ${formatTime(validFromDate)} to ${formatTime(validToDate)}`;
  throw answer.unexpected(
    `it says that it was signed at ${formatTime(time)}, but the certificate of Fulcio is valid ${validity}: one of their clocks is wrong`,
  );
}
