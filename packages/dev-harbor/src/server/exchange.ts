import type { IncomingMessage, ServerResponse } from 'node:http';
import { posix } from 'node:path';
import type { Principal } from '../access/principal.ts';
import { mediaTypeOf } from './media-type.ts';
import { bodyTooLarge } from './refusal.ts';

/** One request and its answer. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** The path, decoded once, without dots and double slashes, as the proxy in front of a real Harbor hands it on. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The query as it was sent, with its question mark; empty for none. */
  readonly search: string;
  /** `https://host:port` as the client calls this server. */
  readonly origin: string;
  /** Values of the placeholders in the route's pattern. */
  parameters: Readonly<Record<string, string>> = {};
  /** The media type in which the client wants the answer, of those that there are. */
  answerType = 'application/json';
  principal: Principal = { kind: 'anonymous' };

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.request = request;
    this.response = response;
    this.method = request.method ?? 'GET';
    const url = request.url ?? '/';
    const [path = '/'] = url.split('?', 1);
    this.search = url.slice(path.length);
    this.path = decode(path);
    this.query = new URLSearchParams(this.search);
    this.origin = `https://${request.headers.host ?? 'localhost'}`;
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** A placeholder's value. A route without that placeholder is a mistake in the program. */
  parameter(name: string): string {
    return this.parameters[name] ?? '';
  }

  get isWrite(): boolean {
    return !['GET', 'HEAD', 'OPTIONS'].includes(this.method);
  }

  /** Whether the request brings a body. */
  get hasBody(): boolean {
    const length = this.header('content-length');
    return this.header('transfer-encoding') !== undefined || (length !== undefined && length !== '0');
  }

  /** Whether the body is a form, as curl sends one unless told otherwise: Harbor's web framework reads it, and leaves nothing for the registry. */
  get bringsForm(): boolean {
    return this.hasBody && mediaTypeOf(this.header('content-type') ?? '') === 'application/x-www-form-urlencoded';
  }

  /**
   * The whole body, for what is known to be small. A larger one is read and dropped, since a client that is still
   * sending would not see the answer.
   * @param tooLarge the answer to a larger one; 413 when absent.
   */
  async body(limitBytes: number, tooLarge = () => bodyTooLarge(limitBytes)): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    for await (const chunk of this.request as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes <= limitBytes) chunks.push(chunk);
      else chunks.length = 0;
    }
    if (sizeBytes > limitBytes) throw tooLarge();
    return Buffer.concat(chunks);
  }

  /** Only what the REST API answers to a good request does not name its character set. */
  json(status: number, value: unknown, headers: Readonly<Record<string, string | number>> = {}): void {
    const text = `${JSON.stringify(value)}\n`;
    const isPlain = status < 400 && this.path.startsWith('/api/');
    this.send(status, text, { 'Content-Type': `application/json${isPlain ? '' : '; charset=utf-8'}`, ...headers });
  }

  text(status: number, text: string, headers: Readonly<Record<string, string | number>> = {}): void {
    this.send(status, text, { 'Content-Type': 'text/plain; charset=utf-8', ...headers });
  }

  empty(status: number, headers: Readonly<Record<string, string | number>> = {}): void {
    this.response.writeHead(status, status === 204 || status === 304 ? headers : { 'Content-Length': 0, ...headers });
    this.response.end();
  }

  /** 201 with the address of what was made. */
  created(location: string): void {
    this.empty(201, { Location: location });
  }

  send(status: number, content: string | Uint8Array, headers: Readonly<Record<string, string | number>>): void {
    // As bytes: a text would make the headers before it UTF-8 as well.
    const bytes = Buffer.from(content);
    this.response.writeHead(status, { 'Content-Length': bytes.length, ...headers });
    this.response.end(this.method === 'HEAD' ? undefined : bytes);
  }
}

function decode(path: string): string {
  try {
    const decoded = decodeURIComponent(path);
    return /\/[./]/.test(decoded) ? posix.normalize(decoded) : decoded;
  } catch {
    return path;
  }
}
