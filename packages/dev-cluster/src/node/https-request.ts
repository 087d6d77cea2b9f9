import { type IncomingHttpHeaders, STATUS_CODES } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { rootCertificates } from 'node:tls';
import { PullError, requestFailed } from './pull-error.ts';

/** CA certificates (PEM) that are trusted for a host besides the well-known ones, by `host[:port]`. */
export type TrustedCas = Readonly<Record<string, string>>;

/** An answer whose body has not been read. */
export interface HttpsAnswer {
  readonly url: URL;
  readonly status: number;
  /** `412 Precondition Failed`. */
  readonly statusLine: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

/** One request. */
export interface HttpsRequest {
  readonly method: 'GET' | 'HEAD';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const maxRedirects = 5;

/**
 * Sends a request over HTTPS and follows redirects; credentials stay with the host they are for.
 * @throws PullError when there is no answer.
 */
export async function sendHttps(cas: TrustedCas, request: HttpsRequest): Promise<HttpsAnswer> {
  let current = request;
  for (let redirects = 0; ; redirects += 1) {
    const answer = await sendOnce(cas, current);
    const { location } = answer.headers;
    if (answer.status < 300 || answer.status >= 400 || location === undefined) return answer;
    answer.body.resume();
    if (redirects === maxRedirects) throw new PullError(`stopped after ${maxRedirects} redirects`);
    const url = new URL(location, current.url);
    const { authorization: _, ...anonymous } = current.headers;
    current = { ...current, url, headers: url.host === current.url.host ? current.headers : anonymous };
  }
}

function sendOnce(cas: TrustedCas, { method, url, headers, signal }: HttpsRequest): Promise<HttpsAnswer> {
  if (url.protocol !== 'https:') {
    return Promise.reject(requestFailed(method, url, new Error('only https is spoken here')));
  }
  const ca = cas[url.host];
  return new Promise((resolve, reject) => {
    const trust = ca === undefined ? {} : { ca: [ca, ...rootCertificates] };
    const outgoing = httpsRequest(url, { method, headers, signal, ...trust }, (incoming) => {
      const status = incoming.statusCode ?? 0;
      const statusLine = `${status} ${STATUS_CODES[status] ?? ''}`.trim();
      resolve({ url, status, statusLine, headers: incoming.headers, body: incoming });
    });
    outgoing.on('error', (error) => reject(requestFailed(method, url, signal.aborted ? signal.reason : error)));
    outgoing.end();
  });
}

/** The whole body of an answer. @throws PullError when it is larger than the limit. */
export async function readBody(answer: HttpsAnswer, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) throw new PullError(`${answer.url.href} is larger than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
