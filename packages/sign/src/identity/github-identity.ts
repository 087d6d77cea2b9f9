import { asObject, asString, PilotError, registerSecret } from '@harbor-pilot/core';
import type { Http } from '@harbor-pilot/http';
import { askService } from '../services/ask-service.ts';
import { isLocal } from '../services/is-local.ts';
import { identityHint } from './identity-hints.ts';

/** What reading a token of GitHub needs. */
export interface GitHubIdentityOptions {
  readonly http: Http;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly audience: string;
}

/** Whether this is a job of GitHub Actions that may ask for identity tokens. */
export function mayAskGitHub(environment: Readonly<Record<string, string | undefined>>): boolean {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = environment;
  return (url ?? '') !== '' && (token ?? '') !== '';
}

/**
 * Asks GitHub for an identity token of this job ("OpenID Connect reference" of GitHub's documentation, "Requesting the JWT
 * using environment variables"). The request token goes to that host alone.
 * @throws PilotError IDENTITY_TOKEN_INVALID when the job may not have one, SIGSTORE_UNAVAILABLE when GitHub gives none in time.
 */
export async function readGitHubIdentity(
  { http, environment, audience }: GitHubIdentityOptions,
  signal: AbortSignal | undefined,
): Promise<string> {
  const hint = identityHint('github', audience);
  if (!mayAskGitHub(environment)) {
    throw new PilotError('IDENTITY_TOKEN_INVALID', 'this job may not ask GitHub for an identity token', { hint });
  }
  const requestToken = environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN ?? '';
  registerSecret(requestToken);
  const answer = await askService(http, {
    service: 'GitHub’s token service',
    method: 'GET',
    url: requestUrl(environment.ACTIONS_ID_TOKEN_REQUEST_URL ?? '', audience),
    headers: { authorization: `bearer ${requestToken}`, accept: 'application/json' },
    signal,
  });
  if (answer.status !== 200) {
    throw new PilotError('IDENTITY_TOKEN_INVALID', `GitHub gives this job no identity token: ${answer.problem()}`, {
      hint,
    });
  }
  const token = asString(asObject(answer.json())?.value);
  if (token !== undefined) return token;
  throw answer.unexpected('it has no token in "value"');
}

function requestUrl(text: string, audience: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal(url)))) {
    throw new PilotError('IDENTITY_TOKEN_INVALID', 'the variable ACTIONS_ID_TOKEN_REQUEST_URL is no https address', {
      hint: 'The runner of GitHub sets it; nothing else should.',
    });
  }
  url.searchParams.set('audience', audience);
  return url.href;
}
