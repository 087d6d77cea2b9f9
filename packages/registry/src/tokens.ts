import { asArray, asNumber, asObject, asString, type Clock, PilotError, parseObject } from '@harbor-pilot/core';
import {
  basicAuthorization,
  type Credentials,
  credentialsRefusal,
  type Http,
  type HttpRequest,
  refusalOf,
} from '@harbor-pilot/http';
import type { Challenge } from './challenge.ts';
import { pointsInside } from './inner-address.ts';

// The user name that Docker and its credential helpers give to an identity token.
const identityTokenUser = '<token>';

/** A token service, as a registry names it. */
export interface TokenService {
  readonly realm: URL;
  readonly service: string;
}

/** A bearer token. */
export interface Token {
  readonly value: string;
  /** When to have a new one: a while before it expires. */
  readonly renewAt: Date;
  /** It is nobody's token: its subject is empty (distribution, "Token Authentication Implementation"). */
  readonly isAnonymous: boolean;
  /** Actions by repository, when it tells (claim `access`). */
  readonly grants?: ReadonlyMap<string, readonly string[]>;
}

/**
 * The token service of a challenge, when it may be asked: over https, or at the registry itself.
 * @throws PilotError AUTH_FAILED when credentials would be sent in the clear, or to a host of the inner network.
 */
export function tokenServiceOf(challenge: Challenge, origin: string): TokenService {
  const text = challenge.parameters.realm ?? '';
  const realm = URL.canParse(text, origin) ? new URL(text, origin) : undefined;
  const isSafe = realm?.origin === origin || (realm?.protocol === 'https:' && !pointsInside(realm, new URL(origin)));
  if (realm === undefined || !isSafe) {
    throw new PilotError('AUTH_FAILED', `${new URL(origin).host} wants the credentials to be sent to "${text}"`, {
      hint: 'They are sent only over https, and not to other hosts of the inner network. Correct the external URL of the registry.',
    });
  }
  return { realm, service: challenge.parameters.service ?? '' };
}

/** What a token is asked with. */
export interface TokenRequest {
  readonly http: Http;
  readonly host: string;
  readonly service: TokenService;
  readonly scopes: readonly string[];
  readonly credentials?: Credentials | undefined;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks for a token.
 * @throws PilotError AUTH_FAILED when the credentials were refused. Harbor refuses with 401 only when there is no scope;
 * otherwise it gives out an anonymous token (observed on 2.12 to 2.15), which is refused here.
 */
export async function requestToken(request: TokenRequest): Promise<Token> {
  const { http, host, service, scopes, credentials, signal } = request;
  const response = await http.request({
    ...tokenCall(service, scopes, credentials),
    attempts: http.policy.attempts,
    signal,
  });
  if (response.status !== 200) {
    const isCredentialsRefused = response.status === 401 && credentials !== undefined;
    const attempt = { host: service.realm.host, what: 'get a token', credentials, isCredentialsRefused };
    throw await refusalOf(response, { server: 'registry', isTokenService: true, ...attempt });
  }
  const token = parseToken(await response.json(), host, request.clock.now());
  if (token.isAnonymous && credentials !== undefined && service.service === 'harbor-registry') {
    throw await credentialsRefusal(host, credentials);
  }
  return token;
}

function tokenCall(
  service: TokenService,
  scopes: readonly string[],
  credentials: Credentials | undefined,
): HttpRequest {
  const url = new URL(service.realm);
  if (credentials?.username === identityTokenUser) {
    // Another form of the same: the secret is a refresh token (distribution, "Token Authentication Using OAuth2").
    const form = { grant_type: 'refresh_token', client_id: 'harbor-pilot', service: service.service };
    const body = new URLSearchParams({ ...form, refresh_token: credentials.password, scope: scopes.join(' ') });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', url: url.href, headers, body: body.toString() };
  }
  if (service.service !== '') url.searchParams.set('service', service.service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const headers = credentials === undefined ? {} : { authorization: basicAuthorization(credentials) };
  return { method: 'GET', url: url.href, headers };
}

function parseToken(answer: unknown, host: string, now: Date): Token {
  const object = asObject(answer);
  // Harbor sends both, one of them empty.
  const value = [asString(object?.token), asString(object?.access_token)].find(
    (text) => text !== undefined && text !== '',
  );
  if (value === undefined || !/^[\x21-\x7e]+$/.test(value)) {
    throw new PilotError('ANSWER_UNEXPECTED', `the token service of ${host} gave no token`, {
      hint: 'Check the registry; its token service answers something else.',
    });
  }
  const lifeSeconds = Math.max(asNumber(object?.expires_in) ?? 60, 1);
  const usableSeconds = lifeSeconds - Math.min(60, lifeSeconds / 4);
  const claims = claimsOf(value);
  return {
    value,
    renewAt: new Date(now.getTime() + usableSeconds * 1000),
    isAnonymous: claims !== undefined && (asString(claims.sub) ?? '') === '',
    ...(claims?.access === undefined ? {} : { grants: grantsOf(claims.access) }),
  };
}

/** Undefined for a token that is no JWT: then it tells nothing. */
function claimsOf(token: string): Readonly<Record<string, unknown>> | undefined {
  return parseObject(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

function grantsOf(access: unknown): ReadonlyMap<string, readonly string[]> {
  return new Map(
    asArray(access).map((entry) => {
      const { name, actions } = asObject(entry) ?? {};
      return [asString(name) ?? '', asArray(actions).filter((action) => typeof action === 'string')];
    }),
  );
}
