import { PilotError } from '@harbor-pilot/core';

/** The error for a server that wants to go on in another protocol than HTTP (status 101). */
export function unaskedProtocol(host: string): PilotError {
  return new PilotError('ANSWER_UNEXPECTED', `${host} changes to another protocol, which nobody asked for`, {
    hint: 'Check the host and port, and the proxies on the way to it.',
    details: { host },
  });
}

/** The error for an answer that would fill the memory. */
export function tooLong(host: string, limitBytes: number): PilotError {
  return new PilotError('CONTENT_HOSTILE', `the answer of ${host} is longer than ${limitBytes} bytes`, {
    hint: 'Nothing so long was asked for. Check the host.',
  });
}

/** The error for an answer that is not JSON. */
export function notJson(host: string, cause: unknown): PilotError {
  return new PilotError('ANSWER_UNEXPECTED', `the answer of ${host} is not JSON`, {
    cause,
    hint: 'Check the host: a proxy or a login page may have answered in its place.',
  });
}
