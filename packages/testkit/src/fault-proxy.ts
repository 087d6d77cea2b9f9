import {
  createServer as createHttpServer,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer, Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { createFaultScript, type Fault, type FaultRule, type ProxiedRequest } from './fault.ts';
import { type BodyFault, faultyStream } from './faulty-stream.ts';
import { type Identity, makeIdentity } from './identity.ts';
import { listenLocally } from './listen-locally.ts';

/** A way to a server on which things go wrong as a test says. The server sees the proxy's name as its own. */
export interface FaultProxy {
  /** `127.0.0.1:PORT`, to be used instead of the server's host. */
  readonly host: string;
  /** The authority of its certificate, PEM, when it speaks TLS. */
  readonly caCertificate?: string;
  /** All requests since the start, or since they were forgotten. */
  readonly requests: readonly ProxiedRequest[];
  inject(rule: FaultRule): void;
  /** Drops the rules that are left, and forgets the requests. */
  reset(): void;
  close(): Promise<void>;
}

/** The server behind the proxy. */
export interface FaultProxyOptions {
  /** `127.0.0.1:PORT` of the server. */
  readonly target: string;
  /** The authority of the server, PEM; it is spoken to in plain HTTP without one. */
  readonly targetCaCertificate?: string;
  /** Speak TLS to clients, with an authority of its own. */
  readonly isTls?: boolean;
  /** Speak TLS to clients as this one. */
  readonly identity?: Identity;
}

/** Starts a proxy on loopback. Every request is answered in order on a connection, as usual, unless a rule says otherwise. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const script = createFaultScript();
  const requests: ProxiedRequest[] = [];
  const identity = options.isTls === true ? await makeIdentity() : options.identity;
  const server = identity === undefined ? createHttpServer() : createHttpsServer(identity);
  const send = forwarder(options);
  server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const seen: ProxiedRequest = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      receivedBytes: 0,
    };
    requests.push(seen);
    incoming.on('error', () => outgoing.destroy());
    outgoing.on('error', () => undefined);
    serve(incoming, outgoing, seen, script.take(seen), send.open).catch(() => outgoing.destroy());
  });
  const { host, close } = await listenLocally(server);
  return {
    host,
    ...(identity === undefined ? {} : { caCertificate: identity.cert }),
    requests,
    inject: (rule) => script.add(rule),
    reset: () => {
      script.clear();
      requests.length = 0;
    },
    close: async () => {
      send.close();
      await close();
    },
  };
}

type Open = (incoming: IncomingMessage) => ReturnType<typeof httpRequest>;

function forwarder({ target, targetCaCertificate }: FaultProxyOptions): { open: Open; close(): void } {
  const isTls = targetCaCertificate !== undefined;
  const agent = isTls
    ? new HttpsAgent({ keepAlive: true, ca: targetCaCertificate })
    : new HttpAgent({ keepAlive: true });
  const origin = `${isTls ? 'https' : 'http'}://${target}`;
  return {
    open: (incoming) =>
      (isTls ? httpsRequest : httpRequest)(`${origin}${incoming.url}`, {
        method: incoming.method ?? 'GET',
        headers: incoming.headers as OutgoingHttpHeaders,
        agent,
      }),
    close: () => agent.destroy(),
  };
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  seen: ProxiedRequest,
  rule: FaultRule | undefined,
  open: Open,
): Promise<void> {
  const fault = rule?.fault;
  const count = (chunk: Buffer): void => {
    seen.receivedBytes += chunk.length;
  };
  await rule?.before?.(seen);
  if (fault?.kind === 'delay') await delay(fault.milliseconds);
  if (fault?.kind === 'answer') {
    if (fault.isEarly !== true) for await (const chunk of incoming) count(chunk as Buffer);
    outgoing.writeHead(fault.status, fault.headers).end(fault.body);
    return;
  }
  const upstream = open(incoming);
  incoming.on('data', count);
  outgoing.on('close', () => upstream.destroy());
  upstream.on('error', () => resetConnection(incoming));
  upstream.on('response', (answer) => giveBack(answer, incoming, outgoing, fault));
  const atRequest = bodyFault(fault, 'request');
  if (atRequest === undefined) incoming.pipe(upstream);
  else {
    const cut = (): void => {
      upstream.destroy();
      resetConnection(incoming);
    };
    incoming.pipe(faultyStream(atRequest, cut)).pipe(upstream);
  }
}

function giveBack(
  answer: IncomingMessage,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: Fault | undefined,
): void {
  if (fault?.kind === 'lose-answer') {
    answer.resume();
    if (fault.isSilent !== true) resetConnection(incoming);
    return;
  }
  const changes = fault?.kind === 'rewrite' ? fault : undefined;
  const headers = Object.entries({ ...answer.headers, ...changes?.headers }).filter(([, value]) => value !== undefined);
  outgoing.writeHead(changes?.status ?? answer.statusCode ?? 502, Object.fromEntries(headers));
  outgoing.flushHeaders();
  // A length that is wrong is noticed when the connection ends.
  if (changes?.headers?.['content-length'] !== undefined) answer.on('end', () => incoming.socket.end());
  const atAnswer = bodyFault(fault, 'answer');
  if (atAnswer === undefined) answer.pipe(outgoing);
  else {
    const cut = (): void => {
      if (fault?.kind === 'truncate') incoming.socket.end();
      else resetConnection(incoming);
    };
    const faulty = faultyStream(atAnswer, cut);
    outgoing.on('close', () => faulty.destroy());
    answer.pipe(faulty).pipe(outgoing);
  }
}

function bodyFault(fault: Fault | undefined, side: 'request' | 'answer'): BodyFault | undefined {
  if (fault?.kind === 'trickle' || fault?.kind === 'truncate') return side === 'answer' ? fault : undefined;
  if (fault?.kind === 'reset' || fault?.kind === 'stall' || fault?.kind === 'corrupt') {
    return fault.side === side ? fault : undefined;
  }
  return undefined;
}

function resetConnection({ socket }: IncomingMessage): void {
  // Plain sockets can send RST; over TLS the connection just ends in the middle, which clients see as a reset as well.
  if (typeof socket.resetAndDestroy === 'function' && !('encrypted' in socket)) socket.resetAndDestroy();
  else socket.destroy();
}
