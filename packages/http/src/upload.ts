import { once } from 'node:events';
import type { ClientRequest } from 'node:http';
import type { Readable } from 'node:stream';
import { PilotError } from '@harbor-pilot/core';
import type { RequestBody } from './types.ts';
import type { Watchdog } from './watchdog.ts';

/** Size of a body in bytes. */
export function bodySizeBytes(body: RequestBody): number {
  return typeof body === 'object' && 'open' in body ? body.sizeBytes : Buffer.byteLength(body);
}

/**
 * Sends the body of a request as fast as the other side takes it.
 * @param enough aborted when the answer came before the end: what is left need not be sent.
 * @throws what the source of the body throws, and PilotError DIGEST_MISMATCH when it has another size than was announced.
 */
export async function sendBody(
  request: ClientRequest,
  body: RequestBody | undefined,
  watchdog: Watchdog,
  enough: AbortSignal,
): Promise<void> {
  watchdog.waitFor('waiting for its answer');
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    request.end(body);
    return;
  }
  const source = await body.open();
  const stop = () => source.destroy();
  enough.addEventListener('abort', stop, { once: true });
  try {
    const sent = await pump(source, request, watchdog, enough);
    if (sent !== body.sizeBytes) throw changed(sent, body.sizeBytes);
    request.end();
    watchdog.waitFor('waiting for its answer');
  } catch (error) {
    if (!enough.aborted) throw error;
  } finally {
    enough.removeEventListener('abort', stop);
    source.destroy();
  }
}

async function pump(
  source: Readable,
  request: ClientRequest,
  watchdog: Watchdog,
  enough: AbortSignal,
): Promise<number> {
  let sent = 0;
  for await (const chunk of source) {
    enough.throwIfAborted();
    sent += (chunk as Buffer).length;
    if (!request.write(chunk)) {
      watchdog.waitFor('sending');
      await once(request, 'drain', { signal: enough });
    }
    watchdog.rest();
  }
  return sent;
}

function changed(sent: number, announced: number): PilotError {
  return new PilotError('DIGEST_MISMATCH', `the content to send has ${sent} bytes, not ${announced}`, {
    hint: 'It was changed while it was sent. Try again when nothing else writes to it.',
  });
}
