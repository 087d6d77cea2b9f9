import { type Clock, PilotError } from '@harbor-pilot/core';
import { basicAuthorization, type Credentials, credentialsRefusal, type Http, refusalOf } from '@harbor-pilot/http';
import { type Challenge, parseChallenges } from './challenge.ts';
import { requestToken, type Token, type TokenService, tokenServiceOf } from './tokens.ts';

/** What one request is allowed to touch. */
export interface Access {
  readonly repository?: string | undefined;
  readonly push?: boolean | undefined;
  readonly isDelete?: boolean | undefined;
  /** Repository that a blob is mounted from. */
  readonly mountFrom?: string | undefined;
}

/** What goes with one request. */
export interface Authorization {
  /** Value of the header; absent when the registry wants none. */
  readonly header?: string;
  /** It was made just for this request: another one would not be better. */
  readonly isFresh: boolean;
  readonly isAnonymous: boolean;
  /** What a token allows in the repository of the request, when it tells. */
  readonly granted?: readonly string[] | undefined;
}

/** Knows how a registry wants to be asked, and keeps the tokens. */
export interface Authorizer {
  authorize(access: Access): Promise<Authorization>;
  /** A better authorization after a 401, or undefined when there is none. */
  renew(
    access: Access,
    refused: Authorization,
    wwwAuthenticate: string | undefined,
  ): Promise<Authorization | undefined>;
}

type Scheme =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic' }
  | { readonly kind: 'bearer'; readonly service: TokenService };

/** What an authorizer is made of. */
export interface AuthorizerOptions {
  readonly http: Http;
  readonly host: string;
  /** `https://harbor.example.com`. */
  readonly origin: string;
  readonly credentials?: Credentials | undefined;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** Makes an authorizer; it asks nothing before it is used. */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { credentials, clock } = options;
  const tokens = new Map<string, Promise<Token>>();
  let scheme: Promise<Scheme> | undefined;
  let refusal: PilotError | undefined;

  const currentScheme = (): Promise<Scheme> => {
    scheme ??= discover(options).catch((error: unknown) => {
      scheme = undefined;
      throw error;
    });
    return scheme;
  };
  const tokenFor = async (service: TokenService, access: Access): Promise<{ token: Token; isFresh: boolean }> => {
    // A password that was refused is not tried again: Harbor locks the user name for everybody.
    if (refusal !== undefined) throw refusal;
    const scopes = scopesOf(access);
    const key = scopes.join(' ');
    const pending = tokens.get(key);
    if (pending !== undefined) {
      const known = await pending;
      if (clock.now() < known.renewAt) return { token: known, isFresh: false };
      // While we waited somebody else began to renew it.
      if (tokens.get(key) !== pending) return tokenFor(service, access);
    }
    const asked = requestToken({ ...options, service, scopes });
    tokens.set(key, asked);
    try {
      return { token: await asked, isFresh: true };
    } catch (error) {
      tokens.delete(key);
      if (isRefusal(error)) refusal = error;
      throw error;
    }
  };
  const authorize = async (access: Access): Promise<Authorization> => {
    const current = await currentScheme();
    if (current.kind === 'bearer') {
      const { token, isFresh } = await tokenFor(current.service, access);
      return {
        header: `Bearer ${token.value}`,
        isFresh,
        isAnonymous: token.isAnonymous,
        granted: grantsIn(token, access),
      };
    }
    if (refusal !== undefined) throw refusal;
    if (current.kind === 'none' || credentials === undefined) return { isFresh: true, isAnonymous: false };
    return { header: basicAuthorization(credentials), isFresh: true, isAnonymous: false };
  };
  return {
    authorize,
    renew: async (access, refused, wwwAuthenticate) => {
      if (refused.header === undefined) {
        const wanted = schemeOf(parseChallenges(wwwAuthenticate), options.origin);
        if (wanted.kind === 'none' || (wanted.kind === 'basic' && credentials === undefined)) return undefined;
        scheme = Promise.resolve(wanted);
        return authorize(access);
      }
      if (refused.header.startsWith('Basic ') && credentials !== undefined)
        refusal = await credentialsRefusal(options.host, credentials);
      if (refused.isFresh) return undefined;
      const key = scopesOf(access).join(' ');
      const known = tokens.get(key);
      // Another request, refused at the same time, may have begun to renew it: one new token is enough for all.
      if (known !== undefined && `Bearer ${(await known).value}` === refused.header && tokens.get(key) === known) {
        // Harbor answers an expired token with a Basic challenge that names no realm, so the registry is asked anew.
        tokens.delete(key);
        scheme = undefined;
      }
      return authorize(access);
    },
  };
}

function isRefusal(error: unknown): error is PilotError {
  return error instanceof PilotError && (error.code === 'AUTH_FAILED' || error.code === 'ROBOT_REFUSED');
}

/** Undefined when the token does not tell; nothing for a request about no repository, which takes nothing. */
function grantsIn({ grants }: Token, { repository }: Access): readonly string[] | undefined {
  if (repository === undefined) return [];
  return grants === undefined ? undefined : (grants.get(repository) ?? []);
}

async function discover(options: AuthorizerOptions): Promise<Scheme> {
  const { http, host, origin, credentials, signal } = options;
  const response = await http.request({ method: 'GET', url: `${origin}/v2/`, signal });
  if (response.status >= 500 || response.status === 429) {
    throw await refusalOf(response, { server: 'registry', host, what: 'talk to it', credentials });
  }
  await response.discard();
  if (response.status !== 401) return { kind: 'none' };
  return schemeOf(parseChallenges(response.headers['www-authenticate']), origin);
}

function schemeOf(challenges: readonly Challenge[], origin: string): Scheme {
  const bearer = challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.realm !== undefined);
  if (bearer !== undefined) return { kind: 'bearer', service: tokenServiceOf(bearer, origin) };
  return { kind: challenges.some(({ scheme }) => scheme === 'basic') ? 'basic' : 'none' };
}

/** The actions that a request takes in its repository. */
export function actionsOf({ repository, push, isDelete }: Access): readonly string[] {
  if (repository === undefined) return [];
  return ['pull', ...(push === true ? ['push'] : []), ...(isDelete === true ? ['delete'] : [])];
}

function scopesOf(access: Access): string[] {
  const { repository, mountFrom } = access;
  const scopes: string[] = [];
  if (repository !== undefined) scopes.push(`repository:${repository}:${actionsOf(access).join(',')}`);
  if (mountFrom !== undefined) scopes.push(`repository:${mountFrom}:pull`);
  return scopes;
}
