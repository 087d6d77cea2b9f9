import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { type Clock, PilotError } from '@harbor-pilot/core';
import { connectionError, refusalOf } from './api-error.ts';
import { textAt } from './kube-object.ts';
import type { Connection } from './kubeconfig.ts';

/** One request to the API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query below the server. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Time for the headers of an answer, and between two pieces of its body. */
const answerTimeoutSeconds = 30;
const bodyLimitBytes = 64 * 1024 * 1024;
const attempts = 4;

/** Any answer, its body unread. Tries again when the connection breaks or the cluster is busy. */
export async function send(connection: Connection, clock: Clock, request: ApiRequest): Promise<IncomingMessage> {
  for (let attempt = 1; ; attempt += 1) {
    request.signal?.throwIfAborted();
    const last = attempt === attempts;
    try {
      const answer = await sendOnce(connection, request);
      if (last || !isBusy(answer)) return answer;
      answer.resume();
      await clock.sleep(retryAfterMilliseconds(answer, attempt), request.signal);
    } catch (error) {
      if (request.signal?.aborted) throw request.signal.reason;
      if (error instanceof PilotError) throw error;
      if (last || !isBroken(error)) throw connectionError(connection.server, error);
      await clock.sleep(200 * 2 ** attempt, request.signal);
    }
  }
}

function isBusy(answer: IncomingMessage): boolean {
  return [429, 502, 503, 504].includes(answer.statusCode ?? 0);
}

function retryAfterMilliseconds(answer: IncomingMessage, attempt: number): number {
  const seconds = Number(answer.headers['retry-after']);
  return seconds > 0 ? Math.min(seconds, 10) * 1000 : 200 * 2 ** attempt;
}

/** Refused connections and unknown names are not tried again: they do not heal in a second. */
function isBroken(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE', 'ECONNABORTED'].includes(textAt(error, 'code'));
}

async function sendOnce(connection: Connection, request: ApiRequest): Promise<IncomingMessage> {
  const url = new URL(connection.server + request.path);
  const options = await connection.requestOptions();
  const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
  const headers: Record<string, string> = { Accept: 'application/json', 'User-Agent': 'harbor-pilot' };
  if (body !== undefined) {
    headers['Content-Type'] = request.contentType ?? 'application/json';
    headers['Content-Length'] = String(body.length);
  }
  const all: RequestOptions = {
    ...options,
    method: request.method,
    headers: { ...headers, ...(options.headers as Record<string, string> | undefined) },
    timeout: answerTimeoutSeconds * 1000,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  };
  return new Promise((resolve, reject) => {
    const outgoing = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, all, resolve);
    outgoing.on('error', reject);
    // Without a listener Node drops the connection, and tells nobody.
    outgoing.on('upgrade', (_, socket) => {
      socket.destroy();
      reject(new Error('it changes to another protocol'));
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer for ${answerTimeoutSeconds} s`)));
    outgoing.end(body);
  });
}

/**
 * The whole body of an answer as text.
 * @throws PilotError CONTENT_HOSTILE, CLUSTER_UNREACHABLE when it is cut off; the reason of the signal.
 */
export async function readText(
  answer: IncomingMessage,
  server: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > bodyLimitBytes) throw tooLong(server);
      chunks.push(chunk);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof PilotError ? error : connectionError(server, error);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * The lines of an answer as they arrive, empty ones left out.
 * @throws PilotError CONTENT_HOSTILE
 */
export async function* linesOf(answer: IncomingMessage, server: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > bodyLimitBytes) throw tooLong(server);
    for (const line of lines) if (line.trim() !== '') yield line;
  }
}

function tooLong(server: string): PilotError {
  return new PilotError('CONTENT_HOSTILE', `the cluster ${server} answers with more than ${bodyLimitBytes} bytes`, {
    hint: 'No list or object that a step asks for is so long. Look at what answers at the address in the kubeconfig.',
  });
}

/** An answer's status and body; the body is JSON where it can be read as such, and text otherwise. */
export async function call(
  connection: Connection,
  clock: Clock,
  request: ApiRequest,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const answer = await send(connection, clock, request);
  const text = await readText(answer, connection.server, request.signal);
  return { status: answer.statusCode ?? 0, body: parseJson(text) };
}

/** JSON where a text can be read as such, the text itself otherwise. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * The body of an answer that must be a success.
 * @throws PilotError CLUSTER_AUTH, CLUSTER_UNREACHABLE, TLS_UNTRUSTED, ANSWER_UNEXPECTED with `details.status`.
 */
export async function callWell(connection: Connection, clock: Clock, request: ApiRequest): Promise<unknown> {
  const { status, body } = await call(connection, clock, request);
  if (status >= 200 && status < 300) return body;
  throw refusalOf(connection.server, `${request.method} ${request.path.split('?')[0]}`, status, body);
}
