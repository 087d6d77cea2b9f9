import { asObject, asString } from '@harbor-pilot/core';
import type { Answer, Call } from './exchange.ts';

/** Gives the headers that let a request pass. */
export type Authorize = (url: URL) => Promise<Readonly<Record<string, string>>>;

const repositoryOf = /^\/v2\/([a-z0-9._/-]+)\/(?:blobs|manifests|tags|referrers)\//;

/**
 * Authorizes as the registry wants it: by tokens of its token service, otherwise by Basic credentials.
 * @param basic the `Authorization` of the account; undefined for nobody.
 */
export function createAuthorizer(
  send: (method: string, target: string | URL, call?: Call) => Promise<Answer>,
  basic: string | undefined,
): Authorize {
  let challenge: Promise<string> | undefined;
  const tokens = new Map<string, Promise<string | undefined>>();
  const withBasic: Readonly<Record<string, string>> = basic === undefined ? {} : { authorization: basic };

  const fetchToken = async (realm: URL): Promise<string | undefined> => {
    const answer = await send('GET', realm, { headers: withBasic });
    const json = answer.status === 200 ? asObject(answer.json()) : undefined;
    return asString(json?.token) || asString(json?.access_token);
  };

  return async (url) => {
    challenge ??= send('GET', '/v2/').then(({ headers }) => headers['www-authenticate'] ?? '');
    const realm = /^Bearer .*realm="([^"]+)"/i.exec(await challenge)?.[1];
    const repository = repositoryOf.exec(url.pathname)?.[1];
    if (realm === undefined || repository === undefined) return withBasic;
    const token = new URL(realm);
    token.searchParams.set('service', /service="([^"]+)"/.exec(await challenge)?.[1] ?? '');
    token.searchParams.append('scope', `repository:${repository}:pull,push,delete`);
    const from = url.searchParams.get('from');
    if (from !== null) token.searchParams.append('scope', `repository:${from}:pull`);
    const found = tokens.get(token.href) ?? fetchToken(token);
    tokens.set(token.href, found);
    const value = await found;
    return value === undefined ? withBasic : { authorization: `Bearer ${value}` };
  };
}
