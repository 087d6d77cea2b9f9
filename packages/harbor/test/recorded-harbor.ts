import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createHarbor, type Harbor } from '@harbor-pilot/harbor';
import { createHttp } from '@harbor-pilot/http';

/** One answer as it was recorded. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** In place of JSON. */
  readonly page?: string;
}

/** One request as it was seen. */
export interface Seen {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface RecordedHarbor extends AsyncDisposable {
  readonly harbor: Harbor;
  readonly seen: Seen[];
}

/** A client in front of a server that gives recorded answers. */
export async function recordedHarbor(answerTo: (request: Seen) => Answer): Promise<RecordedHarbor> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const one = { line: `${request.method} ${request.url}`, headers: request.headers, body: await text(request) };
    seen.push(one);
    const { status = 200, headers = {}, json, page } = answerTo(one);
    response.writeHead(status, { 'content-type': 'application/json', 'set-cookie': 'sid=1; Path=/', ...headers });
    response.end(json === undefined ? page : JSON.stringify(json));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const instant = { now: () => new Date(), sleep: async () => undefined };
  const http = createHttp({ trust: { [host]: { plainHttp: true } }, clock: instant });
  return {
    harbor: createHarbor({ http, host, credentials: { username: 'robot$acme+ci', password: 'hunter2hunter2' } }),
    seen,
    [Symbol.asyncDispose]: async () => {
      http.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A failure in the form that Harbor gives it. */
export function refusal(status: number, code: string, message: string): Answer {
  return { status, json: { errors: [{ code, message }] } };
}
