import type { ClientRequest } from 'node:http';
import type { RequestBody } from './types.ts';
import type { Watchdog } from './watchdog.ts';

/** Whether a body is sent without a length, because it may end early. */
export function isOpenEnded(body: RequestBody | undefined): boolean {
  return typeof body === 'object' && 'open' in body && body.until !== undefined;
}

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
  // Most steps never send so much.
  const { sendStream } = await import('./send-stream.ts');
  await sendStream(request, body, watchdog, enough);
}
