import { type Clock, eitherSignal, PilotError, registerSecret } from '@harbor-pilot/core';
import {
  type Attempt,
  type Credentials,
  type Http,
  type HttpRequest,
  type HttpResponse,
  type RequestBody,
  refusalOf,
} from '@harbor-pilot/http';
import { type Access, type Authorization, actionsOf, createAuthorizer } from './authorizer.ts';
import { pointsInside } from './inner-address.ts';

/** One call to the registry. */
export interface Call extends Access {
  readonly method: HttpRequest['method'];
  /** Path below `/v2/`, or a URL that the registry gave. */
  readonly target: string | URL;
  /** For the message, after "cannot". */
  readonly what: string;
  /** Any other status is an error. */
  readonly expect: readonly number[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  readonly signal?: AbortSignal | undefined;
  readonly attempts?: number;
  readonly timeoutSeconds?: number;
}

/** Requests to one registry with the right authorization. */
export interface Session {
  readonly http: Http;
  readonly host: string;
  readonly origin: string;
  readonly clock: Clock;
  readonly credentials?: Credentials | undefined;
  /** Aborts everything. */
  readonly signal?: AbortSignal | undefined;
  /** An answer with an expected status. PilotError otherwise. */
  send(call: Call): Promise<HttpResponse>;
  /** The same, but not stopped by the session's signal: for cleaning up. */
  sendAfterAbort(call: Call): Promise<HttpResponse>;
  /** Whether the registry wants to know who asks, and knows. */
  isKnown(): Promise<boolean>;
  /** What a token for this access allows in its repository, when it tells. */
  grantedActions(access: Access): Promise<readonly string[] | undefined>;
}

/** What a session is made of. */
export interface SessionOptions {
  readonly http: Http;
  readonly host: string;
  readonly plainHttp?: boolean | undefined;
  readonly credentials?: Credentials | undefined;
  readonly clock: Clock;
  readonly userAgent?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

// Docker Hub's name in references is not the host of its registry.
const apiHosts: Readonly<Record<string, string>> = {
  'docker.io': 'registry-1.docker.io',
  'index.docker.io': 'registry-1.docker.io',
};

/** Begins a session; nothing is asked yet. */
export function createSession(options: SessionOptions): Session {
  const { http, host, credentials, clock, signal } = options;
  const origin = `${options.plainHttp === true ? 'http' : 'https'}://${apiHosts[host] ?? host}`;
  const authorizer = createAuthorizer({ http, host, origin, credentials, clock, signal });
  const ask = (call: Call, authorization: Authorization, url: URL, ownSignal: AbortSignal | undefined) =>
    http.request({
      method: call.method,
      url: url.href,
      headers: headersOf(call, authorization, options.userAgent, url.origin === new URL(origin).origin),
      // Distribution 2.8 answers so, too, while another job sets the same tag, and reads a half of what that one writes.
      mayHeal500: call.method !== 'POST',
      body: call.body,
      attempts: call.attempts,
      timeoutSeconds: call.timeoutSeconds,
      signal: eitherSignal(ownSignal, call.signal),
    });
  const sendUntil = async (call: Call, ownSignal: AbortSignal | undefined): Promise<HttpResponse> => {
    const url = call.target instanceof URL ? call.target : new URL(`${origin}/v2/${call.target}`);
    let authorization = await authorizer.authorize(call);
    let response = await ask(call, authorization, url, ownSignal);
    if (response.status === 401) {
      const better = await authorizer.renew(call, authorization, response.headers['www-authenticate']);
      if (better !== undefined) {
        await response.discard();
        authorization = better;
        response = await ask(call, authorization, url, ownSignal);
      }
    }
    if (call.expect.includes(response.status)) return response;
    throw await failed(response, call, options, authorization);
  };
  return {
    http,
    host,
    origin,
    clock,
    credentials,
    signal,
    send: (call) => sendUntil(call, signal),
    sendAfterAbort: (call) => sendUntil(call, undefined),
    isKnown: async () => {
      const { header, isAnonymous } = await authorizer.authorize({});
      return header !== undefined && !isAnonymous;
    },
    grantedActions: async (access) => (await authorizer.authorize(access)).granted,
  };
}

function headersOf(
  call: Call,
  authorization: Authorization,
  userAgent: string | undefined,
  isOwnOrigin: boolean,
): Record<string, string> {
  return {
    ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
    ...call.headers,
    // An upload may go to another host, which must not see the token.
    ...(authorization.header === undefined || !isOwnOrigin ? {} : { authorization: authorization.header }),
  };
}

async function failed(
  response: HttpResponse,
  call: Call,
  { host, credentials }: SessionOptions,
  authorization: Authorization,
): Promise<PilotError> {
  const isBasic = authorization.header?.startsWith('Basic ') === true;
  // Some registries say which token it is that they refuse.
  if (authorization.header !== undefined) registerSecret(authorization.header.replace(/^\w+ /, ''));
  return refusalOf(response, {
    server: 'registry',
    host,
    what: call.what,
    project: call.repository?.split('/')[0],
    credentials,
    grant: grantOf(call, authorization),
    isCredentialsRefused: credentials !== undefined && (authorization.isAnonymous || isBasic),
  });
}

function grantOf(call: Call, { granted }: Authorization): Attempt['grant'] {
  return granted === undefined ? undefined : { wanted: actionsOf(call), granted };
}

/**
 * A URL that the registry gave, made absolute. A registry behind a proxy that ends TLS often says http of itself, which
 * is corrected; plain http to anybody else, and other hosts of the inner network, are refused.
 * @throws PilotError ANSWER_UNEXPECTED when there is none, or it cannot be used.
 */
export function urlFrom(session: Session, given: string | undefined, base: string): URL {
  const url = given !== undefined && given !== '' && URL.canParse(given, base) ? new URL(given, base) : undefined;
  const own = new URL(session.origin);
  if (url?.protocol === 'http:' && own.protocol === 'https:' && url.hostname === own.hostname) {
    return new URL(url.href.replace(`http://${url.host}`, session.origin));
  }
  const isSafe = url?.origin === own.origin || (url?.protocol === 'https:' && !pointsInside(url, own));
  if (url === undefined || !isSafe) {
    throw new PilotError(
      'ANSWER_UNEXPECTED',
      `${session.host} gave the address "${given ?? ''}", which cannot be used`,
      {
        hint: 'Correct the external URL in the configuration of the registry.',
      },
    );
  }
  return url;
}
