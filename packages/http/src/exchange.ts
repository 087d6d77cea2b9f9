import type { X509Certificate } from 'node:crypto';
import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { nodeHttp, nodeHttps } from './node-http.ts';
import { createResponse } from './response.ts';
import { watchCertificates } from './shown-certificate.ts';
import type { HostTrust, HttpResponse, RequestBody } from './types.ts';
import { bodySizeBytes, isOpenEnded, sendBody } from './upload.ts';
import { createWatchdog, type Limits } from './watchdog.ts';

/** One request to one URL, without retries and redirects. */
export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: RequestBody | undefined;
  readonly agent: Agent;
  /** What the agent goes by, for messages. */
  readonly trust: HostTrust;
  readonly limits: Limits;
  readonly signal?: AbortSignal | undefined;
  /** Hears what the server showed of itself, its own certificate first. */
  readonly onCertificates?: (chain: readonly X509Certificate[], socket: TLSSocket) => void;
}

/**
 * Sends a request and waits for the headers of its answer.
 * @throws PilotError NETWORK_UNREACHABLE, TLS_UNTRUSTED, DEADLINE_EXCEEDED, ANSWER_UNEXPECTED; the reason of the signal
 *   when it is aborted.
 */
export function exchange(call: Exchange): Promise<HttpResponse> {
  const { url, signal } = call;
  const request = open(call);
  const enough = new AbortController();
  let message: IncomingMessage | undefined;
  const stop = (error: Error) => (message ?? request).destroy(error);
  const watchdog = createWatchdog(url.host, call.limits, stop);
  if (call.body !== undefined) watchdog.allowFor(bodySizeBytes(call.body));
  const onAbort = () => stop(signal?.reason as Error);
  const release = () => {
    watchdog.end();
    enough.abort();
    signal?.removeEventListener('abort', onAbort);
  };
  let chain: readonly X509Certificate[] = [];
  watchCertificates(request, (shown, socket) => {
    chain = shown;
    call.onCertificates?.(shown, socket);
  });
  let sourceFailure: Error | undefined;
  const explain = async (error: Error): Promise<unknown> => {
    if (signal?.aborted === true) return signal.reason;
    if (sourceFailure !== undefined) return sourceFailure;
    const { explainFailure } = await import('./failures.ts');
    return explainFailure(error, url, { chain, trust: call.trust });
  };
  return new Promise((resolve, reject) => {
    request.on('error', (error) => {
      release();
      explain(error).then(reject, reject);
    });
    request.once('response', (answer) => {
      message = answer;
      watchdog.rest();
      watchdog.allowFor(Number(answer.headers['content-length'] ?? 0));
      enough.abort();
      const finished = () => {
        release();
        if (!request.writableFinished) request.destroy();
      };
      resolve(createResponse(answer, { url, watchdog, explain, finished }));
    });
    // Without a listener Node drops the connection, and tells nobody.
    request.once('upgrade', (_, socket) => {
      release();
      socket.destroy();
      import('./unusable-answers.ts').then(({ unaskedProtocol }) => reject(unaskedProtocol(url.host)), reject);
    });
    signal?.addEventListener('abort', onAbort, { once: true });
    sendBody(request, call.body, watchdog, enough.signal).catch((error: Error) => {
      sourceFailure = error;
      stop(error);
    });
  });
}

function open(call: Exchange): ClientRequest {
  const { request: send } = call.url.protocol === 'http:' ? nodeHttp() : nodeHttps();
  const length = lengthOf(call);
  return send(call.url, {
    method: call.method,
    agent: call.agent,
    headers: { ...call.headers, ...(length === undefined ? {} : { 'content-length': length }) },
  });
}

/** What the request says about the length of its body; nothing when the body is sent in chunks. */
function lengthOf({ body, method }: Exchange): number | undefined {
  if (body === undefined) return bodylessLength(method);
  return isOpenEnded(body) ? undefined : bodySizeBytes(body);
}

/** A POST or PUT without a body says so: some servers answer 411 otherwise. */
function bodylessLength(method: string): number | undefined {
  return method === 'POST' || method === 'PUT' || method === 'PATCH' ? 0 : undefined;
}
