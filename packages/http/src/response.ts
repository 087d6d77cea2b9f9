import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { HttpResponse } from './types.ts';
import type { Watchdog } from './watchdog.ts';

const bodyLimitBytes = 8 * 1024 * 1024;
// Reading a little rest is cheaper than a new connection.
const discardLimitBytes = 256 * 1024;
const discardLimitMilliseconds = 1000;

/** What a response needs to know of its exchange. */
export interface ResponseContext {
  readonly url: URL;
  readonly watchdog: Watchdog;
  /** Gives a failure of the connection its name. */
  readonly explain: (error: Error) => Promise<unknown>;
  /** Called once when the body is over, whatever the reason. */
  readonly finished: () => void;
}

/** Wraps an answer of Node: its body is watched, and fails with errors that say what happened. */
export function createResponse(message: IncomingMessage, context: ResponseContext): HttpResponse {
  const body = Readable.from(watched(message, context), { objectMode: false, highWaterMark: 256 * 1024 });
  body.once('close', () => {
    context.watchdog.rest();
    if (!message.complete) message.destroy();
    context.finished();
  });
  const host = context.url.host;
  const response: HttpResponse = {
    status: message.statusCode ?? 0,
    url: context.url.href,
    headers: Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    ),
    body,
    bytes: (limitBytes = bodyLimitBytes) => readAll(body, limitBytes, host, Number(message.headers['content-length'])),
    text: async (limitBytes) => (await response.bytes(limitBytes)).toString('utf8'),
    json: async (limitBytes) => parseJson(await response.text(limitBytes), host),
    discard: () => discard(body),
  };
  return response;
}

async function* watched(message: IncomingMessage, context: ResponseContext): AsyncGenerator<Buffer> {
  const chunks = message[Symbol.asyncIterator]();
  try {
    for (;;) {
      context.watchdog.waitFor('waiting for the rest of its answer');
      const next = await chunks.next();
      context.watchdog.rest();
      if (next.done === true) return;
      yield next.value as Buffer;
    }
  } catch (error) {
    throw await context.explain(error as Error);
  }
}

/** @param announcedBytes NaN when it is not known. An answer that is too long is not read: it may come for hours. */
async function readAll(body: Readable, limitBytes: number, host: string, announcedBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = announcedBytes > limitBytes ? announcedBytes : 0;
  if (size === 0) {
    for await (const chunk of body) {
      size += (chunk as Buffer).length;
      if (size > limitBytes) break;
      chunks.push(chunk as Buffer);
    }
  }
  if (size <= limitBytes) return Buffer.concat(chunks);
  body.destroy();
  throw (await import('./unusable-answers.ts')).tooLong(host, limitBytes);
}

async function parseJson(text: string, host: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw (await import('./unusable-answers.ts')).notJson(host, cause);
  }
}

async function discard(body: Readable): Promise<void> {
  let size = 0;
  const tooSlow = setTimeout(() => body.destroy(), discardLimitMilliseconds);
  try {
    for await (const chunk of body) {
      size += (chunk as Buffer).length;
      if (size > discardLimitBytes) return;
    }
  } catch {
    // Nobody wants these bytes: the connection is closed, and that is all.
  } finally {
    clearTimeout(tooSlow);
  }
}
