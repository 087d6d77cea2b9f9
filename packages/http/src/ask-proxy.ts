import type { IncomingMessage } from 'node:http';
import { basicAuthorization } from './basic.ts';
import { explainFailure } from './failures.ts';
import { nodeHttp, nodeHttps } from './node-http.ts';

/**
 * Asks a proxy for the way to a URL: for a tunnel when it is https, else for the page itself.
 * @returns the status of its answer; 2xx when there is a way.
 * @throws PilotError NETWORK_UNREACHABLE, TLS_UNTRUSTED; the reason of the signal when it is aborted.
 */
export function askProxy(proxy: URL, url: URL, signal: AbortSignal): Promise<number> {
  const isTunnel = url.protocol === 'https:';
  const target = `${url.hostname}:${url.port === '' ? '443' : url.port}`;
  const { request: send } = proxy.protocol === 'https:' ? nodeHttps() : nodeHttp();
  const { hostname, port, protocol } = proxy;
  const request = send({
    protocol,
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port,
    method: isTunnel ? 'CONNECT' : 'HEAD',
    path: isTunnel ? target : url.href,
    headers: { host: isTunnel ? target : url.host, ...authorization(proxy) },
    agent: false,
    signal,
  });
  return new Promise<number>((resolve, reject) => {
    const answered = ({ statusCode = 0 }: IncomingMessage): void => {
      resolve(statusCode);
      request.destroy();
    };
    request.once('connect', (answer, socket) => {
      answered(answer);
      socket.destroy();
    });
    request.once('response', answered);
    request.on('error', (error) => {
      reject(signal.aborted ? signal.reason : explainFailure(error, proxy, { chain: [], trust: {} }));
    });
    request.end();
  });
}

function authorization({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {};
  const credentials = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  return { 'proxy-authorization': basicAuthorization(credentials) };
}
