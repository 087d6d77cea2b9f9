import type { ClientRequest } from 'node:http';
import { PilotError } from '@harbor-pilot/core';
import type { BodyStream, RequestBody } from './types.ts';
import type { Watchdog } from './watchdog.ts';

/** A body that is read while it is sent. */
type StreamedBody = Extract<RequestBody, { open(): unknown }>;

/**
 * Sends a body that is read meanwhile, as fast as the other side takes it.
 * @param enough aborted when the answer came before the end: what is left need not be sent.
 * @throws what the source of the body throws, and PilotError DIGEST_MISMATCH when it has another size than was announced.
 */
export async function sendStream(
  request: ClientRequest,
  body: StreamedBody,
  watchdog: Watchdog,
  enough: AbortSignal,
): Promise<void> {
  const source = await body.open();
  const stop = () => source.destroy?.();
  // A source that has nothing to say must not keep an early end waiting.
  for (const signal of [enough, body.until]) signal?.addEventListener('abort', stop, { once: true });
  try {
    const writing = request.hasHeader('content-length') ? plain(request) : framed(request);
    const sent = await pump(source, createLine(writing, enough), watchdog, enough, body.until);
    if (sent !== body.sizeBytes && body.until?.aborted !== true) throw changed(sent, body.sizeBytes);
    request.end(writing.end);
    // The answer may have come already: then there is nothing to wait for.
    if (!enough.aborted) watchdog.waitFor('waiting for its answer');
  } catch (error) {
    if (!enough.aborted) throw error;
  } finally {
    for (const signal of [enough, body.until]) signal?.removeEventListener('abort', stop);
    source.destroy?.();
  }
}

/** One chunk is on its way while the next is read: a stream may use the memory of the one before again. */
async function pump(
  source: BodyStream,
  line: Line,
  watchdog: Watchdog,
  enough: AbortSignal,
  until: AbortSignal | undefined,
): Promise<number> {
  const waitForLine = async (): Promise<void> => {
    watchdog.waitFor('sending');
    await line.isFree();
    watchdog.rest();
    enough.throwIfAborted();
  };
  let sent = 0;
  try {
    for await (const chunk of source) {
      await waitForLine();
      if (until?.aborted === true) break;
      sent += chunk.length;
      line.send(chunk);
    }
    await waitForLine();
  } catch (error) {
    if (until?.aborted !== true || enough.aborted) throw error;
  }
  return sent;
}

/** How the chunks of a body are written. */
interface Writing {
  /** Calls back when the chunk has left our memory; a request that failed says so itself, and is over then. */
  readonly write: (chunk: Buffer, done: () => void) => void;
  /** What ends the body. */
  readonly end?: string;
}

function plain(request: ClientRequest): Writing {
  return { write: (chunk, done) => void request.write(chunk, unlessFailed(done)) };
}

/**
 * Frames the chunks of a body without a length (RFC 9112, section 7.1). Node.js 24 hands a chunk over together with its
 * frame, and TLS then copies both into one piece first.
 */
function framed(request: ClientRequest): Writing {
  request.flushHeaders();
  request.chunkedEncoding = false;
  let lineBreak = '';
  const write: Writing['write'] = (chunk, done) => {
    if (chunk.length === 0) return done();
    const frame = `${lineBreak}${chunk.length.toString(16)}\r\n`;
    lineBreak = '\r\n';
    request.write(
      frame,
      unlessFailed(() => request.write(chunk, unlessFailed(done))),
    );
  };
  return {
    write,
    get end() {
      return `${lineBreak}0\r\n\r\n`;
    },
  };
}

function unlessFailed(done: () => void): (error: Error | null | undefined) => void {
  return (error) => {
    if (!error) done();
  };
}

/** Takes one chunk at a time. It is free when that has left our memory, and when the request is over. */
interface Line {
  readonly isFree: () => Promise<void>;
  readonly send: (chunk: Buffer) => void;
}

function createLine({ write }: Writing, enough: AbortSignal): Line {
  let free = Promise.resolve();
  let release = (): void => undefined;
  enough.addEventListener('abort', () => release(), { once: true });
  return {
    isFree: () => free,
    send: (chunk) => {
      free = new Promise((resolve) => {
        release = resolve;
        write(chunk, resolve);
      });
    },
  };
}

function changed(sent: number, announced: number): PilotError {
  return new PilotError('DIGEST_MISMATCH', `the content to send has ${sent} bytes, not ${announced}`, {
    hint: 'It was changed while it was sent. Try again when nothing else writes to it.',
  });
}
