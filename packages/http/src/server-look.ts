import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { createAgents } from './agents.ts';
import { exchange } from './exchange.ts';
import { type Problem, readProblem } from './problem.ts';
import type { HostTrust, HttpResponse } from './types.ts';

/** Where to look, and what with. */
export interface LookOptions {
  readonly method: 'GET' | 'HEAD';
  readonly url: URL;
  readonly trust: HostTrust;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timeoutSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** What a server showed of itself on a fresh connection. */
export interface ServerLook {
  /** Its own certificate first, then those of its issuers as far as they were sent or are known here. */
  readonly chain: readonly X509Certificate[];
  /** `TLSv1.3` and the name of the cipher; absent without TLS, and when there was no answer. */
  readonly tls?: { readonly protocol: string; readonly cipher: string };
  /** What its clock said. */
  readonly date?: Date;
  /** What it answered when that was a failure. */
  readonly problem?: Problem;
  /** Why there was no answer. */
  readonly failure?: unknown;
}

/** Makes one request over a connection of its own, without credentials, and tells what was seen. It does not throw. */
export async function lookAtServer({ method, url, trust, ...how }: LookOptions): Promise<ServerLook> {
  const { environment, timeoutSeconds, signal } = how;
  const agents = createAgents({ trust: { [url.host]: trust }, environment });
  let chain: ServerLook['chain'] = [];
  let socket: TLSSocket | undefined;
  const onCertificates = (shown: ServerLook['chain'], from: TLSSocket): void => {
    chain = shown;
    socket = from;
  };
  try {
    const limits = { idleSeconds: timeoutSeconds, totalSeconds: timeoutSeconds, slowestBytesPerSecond: 1024 };
    const agent = agents.agentFor(url);
    const answer = await exchange({ method, url, headers: {}, agent, trust, limits, signal, onCertificates });
    const tls = handshakeOf(socket);
    return { chain, ...(tls === undefined ? {} : { tls }), ...(await factsOf(answer)) };
  } catch (failure) {
    return { chain, failure };
  } finally {
    agents.close();
  }
}

function handshakeOf(socket: TLSSocket | undefined): ServerLook['tls'] {
  const protocol = socket?.getProtocol();
  return socket === undefined || protocol == null ? undefined : { protocol, cipher: socket.getCipher().standardName };
}

async function factsOf(answer: HttpResponse): Promise<Pick<ServerLook, 'date' | 'problem'>> {
  const date = new Date(answer.headers.date ?? '');
  const isFailure = answer.status >= 400;
  const problem = isFailure ? await readProblem(answer) : undefined;
  if (!isFailure) await answer.discard();
  return {
    ...(Number.isNaN(date.getTime()) ? {} : { date }),
    ...(problem === undefined ? {} : { problem }),
  };
}
