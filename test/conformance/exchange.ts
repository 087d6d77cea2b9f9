import { Buffer } from 'node:buffer';
import { type Agent, type IncomingHttpHeaders, type IncomingMessage, request as requestOverHttp } from 'node:http';
import { request as requestOverTls } from 'node:https';

/** What goes with a request. */
export interface Call {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  /** Without credentials. */
  readonly anonymous?: boolean;
}

/** What a server said. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly warnings: readonly string[];
  /** Where the answer was asked for; `Location` and `Link` may be relative to it. */
  readonly url: URL;
  /** The body as JSON. */
  json(): unknown;
}

const deadlineMilliseconds = 30_000;

/** One request and its answer. A body that is announced and does not come counts as none (Harbor's 416). */
export async function exchange(agent: Agent, method: string, url: URL, call: Call): Promise<Answer> {
  const body = call.body === undefined ? undefined : Buffer.from(call.body);
  const hasLength = body !== undefined || ['POST', 'PUT', 'PATCH'].includes(method);
  const length = hasLength ? { 'content-length': String(body?.length ?? 0) } : {};
  const send = url.protocol === 'https:' ? requestOverTls : requestOverHttp;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const signal = AbortSignal.timeout(deadlineMilliseconds);
    send(url, { method, agent, signal, headers: { ...length, ...call.headers } }, resolve)
      .on('error', reject)
      .end(body);
  });
  const bytes = await readBody(response);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    bytes,
    warnings: response.headersDistinct.warning ?? [],
    url,
    json: () => JSON.parse(bytes.toString()),
  };
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch (error) {
    if (response.statusCode !== 416) throw error;
  }
  return Buffer.concat(chunks);
}
