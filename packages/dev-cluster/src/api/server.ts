import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { parse } from 'yaml';
import type { ServerIdentity } from '../certificates.ts';
import { ApiError, badRequest, statusOf } from '../store/api-error.ts';
import { type Api, answerRequest } from './router.ts';

/** Larger bodies are refused, as by the real server. */
const bodyLimitBytes = 3 * 1024 * 1024;

/** Serves the API over HTTPS. The server is not listening yet. */
export function createApiServer(api: Api, identity: ServerIdentity): Server {
  return createServer({ cert: identity.certificate, key: identity.privateKey }, (request, response) => {
    serve(api, request, response).catch((error: unknown) => sendError(response, error));
  });
}

async function serve(api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const contentType = (request.headers['content-type'] ?? 'application/json').split(';')[0] ?? '';
  const body = await readBody(request);
  const url = new URL(request.url ?? '/', `https://${request.headers.host ?? 'localhost'}`);
  const answer = answerRequest(
    api,
    {
      method: request.method ?? 'GET',
      url,
      authorization: request.headers.authorization,
      accept: request.headers.accept,
      contentType,
      readBody: () => parseBody(body, contentType),
    },
    response,
  );
  if (answer === 'streaming') return;
  if (typeof answer.body === 'string') send(response, answer.code, 'text/plain', answer.body);
  else send(response, answer.code, 'application/json', JSON.stringify(answer.body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > bodyLimitBytes) {
      throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${bodyLimitBytes}`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parseBody(text: string, contentType: string): unknown {
  if (text === '') return undefined;
  if (contentType.includes('protobuf') || contentType.includes('cbor')) {
    throw new ApiError(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: application/json, application/yaml`,
    );
  }
  try {
    return contentType.includes('yaml') ? parse(text) : JSON.parse(text);
  } catch (error) {
    throw badRequest(`couldn't read the body: ${error instanceof Error ? error.message : error}`);
  }
}

function sendError(response: ServerResponse, error: unknown): void {
  const known =
    error instanceof ApiError
      ? error
      : new ApiError(
          500,
          'InternalError',
          `Internal error occurred: ${error instanceof Error ? error.message : error}`,
        );
  if (response.headersSent) response.destroy();
  else send(response, known.code, 'application/json', JSON.stringify(statusOf(known)));
}

function send(response: ServerResponse, code: number, type: string, text: string): void {
  response.writeHead(code, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
