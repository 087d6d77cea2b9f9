import { asNumber, asObject, asString, type Clock, PilotError } from '@harbor-pilot/core';
import { basicAuthorization, type Http, readProblem } from '@harbor-pilot/http';
import type { Challenge } from './challenge.ts';
import { credentialsRefused, registryError } from './errors.ts';
import type { Credentials } from './types.ts';

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
}

/**
 * The token service of a challenge, when it may be asked: over https, or on the registry's own host.
 * @throws PilotError AUTH_FAILED when credentials would be sent in the clear to another host.
 */
export function tokenServiceOf(challenge: Challenge, origin: string): TokenService {
  const text = challenge.parameters.realm ?? '';
  const realm = URL.canParse(text, origin) ? new URL(text, origin) : undefined;
  if (realm === undefined || (realm.protocol !== 'https:' && realm.origin !== origin)) {
    throw new PilotError('AUTH_FAILED', `${new URL(origin).host} wants the credentials to be sent to "${text}"`, {
      hint: 'They are sent only over https, or to the registry itself. Correct the external URL of the registry.',
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
  const url = new URL(service.realm);
  if (service.service !== '') url.searchParams.set('service', service.service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const response = await http.request({
    method: 'GET',
    url: url.href,
    headers: credentials === undefined ? {} : { authorization: basicAuthorization(credentials) },
    ...(signal === undefined ? {} : { signal }),
  });
  if (response.status !== 200) {
    const isCredentialsRefused = response.status === 401 && credentials !== undefined;
    const attempt = { host: service.realm.host, what: 'get a token', credentials, isCredentialsRefused };
    throw registryError(await readProblem(response), attempt);
  }
  const token = parseToken(await response.json(), host, request.clock.now());
  if (token.isAnonymous && credentials !== undefined && service.service === 'harbor-registry') {
    throw credentialsRefused(host, credentials);
  }
  return token;
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
  return { value, renewAt: new Date(now.getTime() + usableSeconds * 1000), isAnonymous: isAnonymous(value) };
}

function isAnonymous(token: string): boolean {
  try {
    const claims = asObject(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()));
    return claims !== undefined && (asString(claims.sub) ?? '') === '';
  } catch {
    // Not every token is a JWT; then it tells nothing.
    return false;
  }
}
