import { createServer } from 'node:http';
import ms from 'ms';
import Negotiator from 'negotiator';

/** The service: `/` greets in plain text or JSON, `/healthz` says whether it takes requests. */
export function createService({ version, startedAt = Date.now() }) {
  let isStopping = false;
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0];
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return reply(response, 405, 'only GET\n', { Allow: 'GET, HEAD' });
    if (path === '/healthz') return isStopping ? reply(response, 503, 'stopping\n') : reply(response, 200, 'ok\n');
    if (path !== '/') return reply(response, 404, 'nothing here\n');
    const upFor = ms(Date.now() - startedAt, { long: true });
    const wantsJson = new Negotiator(request).mediaType(['text/plain', 'application/json']) === 'application/json';
    if (wantsJson)
      return reply(response, 200, `${JSON.stringify({ message: 'hello', version, upFor })}\n`, {
        'Content-Type': 'application/json',
      });
    return reply(response, 200, `hello, this is version ${version}, up for ${upFor}\n`);
  });
  return {
    server,
    /** Answers what has begun, refuses the rest, and resolves when all is answered. */
    stop() {
      isStopping = true;
      return new Promise((resolve) => {
        server.close(resolve);
        server.closeIdleConnections();
      });
    },
  };
}

function reply(response, status, body, headers = {}) {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}
