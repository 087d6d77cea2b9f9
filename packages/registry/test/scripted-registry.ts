import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createHttp } from '@harbor-pilot/http';
import { type Credentials, createRegistry, type Registry } from '@harbor-pilot/registry';

/** One request as it was seen. */
export interface Seen {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** One answer; an object as body is sent as JSON. Status 0: the script has answered itself. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface ScriptedRegistry extends AsyncDisposable {
  readonly host: string;
  readonly url: string;
  readonly seen: Seen[];
  readonly lines: () => string[];
  /** Milliseconds that the client waited between tries. */
  readonly waits: number[];
  readonly clock: { time: Date };
  connect(credentials?: Credentials): Registry;
}

export const robot: Credentials = { username: 'robot$acme+ci', password: 'correct-horse' };

type Script = (request: Seen, raw: IncomingMessage, response: ServerResponse) => Answer | 'hang up';

/** A registry that answers as a script says. */
export async function scriptedRegistry(script: Script): Promise<ScriptedRegistry> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request).catch(() => Buffer.alloc(0));
    const one = { line: `${request.method} ${request.url}`, headers: request.headers, body };
    seen.push(one);
    const answer = script(one, request, response);
    if (answer === 'hang up') request.socket.destroy();
    else if (answer.status !== 0) send(response, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = { time: new Date('2026-01-01T00:00:00Z') };
  const waits: number[] = [];
  const sleep = async (milliseconds: number) => {
    waits.push(milliseconds);
  };
  const ports = { now: () => clock.time, sleep };
  const http = createHttp({ clock: ports, random: () => 0.5 });
  return {
    host,
    url: `http://${host}`,
    seen,
    lines: () => seen.map(({ line }) => line),
    waits,
    clock,
    connect: (credentials) =>
      createRegistry({
        http,
        host,
        plainHttp: true,
        clock: ports,
        ...(credentials === undefined ? {} : { credentials }),
      }),
    [Symbol.asyncDispose]: async () => {
      http.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, { status, headers = {}, body }: Answer): void {
  const isJson = body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array);
  response.writeHead(status, { ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers });
  response.end(isJson ? JSON.stringify(body) : body);
}

/** A failure in the form of the distribution specification. */
export function refusal(status: number, code: string, message: string, headers: Record<string, string> = {}): Answer {
  return { status, headers, body: { errors: [{ code, message }] } };
}

/** A token that names its subject, as Harbor makes it. */
export function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.signature`;
}

/** What Harbor challenges with. */
export function bearerChallenge(request: Seen, scope?: string): Record<string, string> {
  const suffix = scope === undefined ? '' : `,scope="${scope}"`;
  return {
    'Www-Authenticate': `Bearer realm="http://${request.headers.host}/service/token",service="harbor-registry"${suffix}`,
  };
}
