import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listenLocally } from '@harbor-pilot/testkit';

/** What a double of a service answers. */
export interface DoubleAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** One question to a double. */
export interface Question {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A server that answers as a test says. */
export interface ServiceDouble {
  readonly url: string;
  readonly questions: readonly Question[];
  close(): Promise<void>;
}

/** Starts a double on loopback. One that gives undefined never answers. */
export async function startDouble(
  answer: (question: Question) => Promise<DoubleAnswer | undefined> | DoubleAnswer | undefined,
): Promise<ServiceDouble> {
  const questions: Question[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url: path = '', headers } = request;
    const question = { method, path, headers, body: await buffer(request) };
    questions.push(question);
    const given = await answer(question);
    if (given === undefined) return;
    response.writeHead(given.status ?? 200, given.headers);
    response.end(given.body);
  });
  const { host, close } = await listenLocally(server);
  return { url: `http://${host}`, questions, close };
}

/** Passes a question on to a real service. */
export async function passOn(url: string, { method, path, headers, body }: Question): Promise<DoubleAnswer> {
  const { 'content-type': type = '', accept = '' } = headers;
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { 'content-type': type, accept },
    body: new Uint8Array(body),
  });
  return { status: answer.status, body: new Uint8Array(await answer.arrayBuffer()) };
}
