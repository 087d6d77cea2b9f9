import { PilotError } from '@harbor-pilot/core';
import { type HttpResponse, refusalOf } from '@harbor-pilot/http';
import { parseChallenges, tokenServiceOf } from '@harbor-pilot/registry';
import type { Check, Finding } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import type { Way } from './way.ts';

/** Whether a registry answers, and says sanely where to sign in. */
export function registryApi({ url }: Way, { http }: DoctorContext): Check {
  return {
    id: 'registry-api',
    area: 'login',
    title: 'registry at /v2/',
    matters:
      'Another web server, or a path that a proxy does not pass on, answers something that no client understands.',
    needs: ['tls'],
    look: async (signal) => {
      const answer = await http.request({ method: 'GET', url: url.href, redirect: 'manual', attempts: 1, signal });
      if (answer.status >= 500 || answer.status === 429) {
        const attempt = { server: 'registry', host: url.host, what: 'talk to it' } as const;
        throw await refusalOf(answer, attempt);
      }
      await answer.discard();
      return judge(answer, url);
    },
  };
}

function judge({ status, headers }: HttpResponse, { host, origin }: URL): Finding {
  const isRegistry = headers['docker-distribution-api-version'] !== undefined;
  if (status === 200 && isRegistry) return { status: 'ok', seen: `${host} is a registry that wants no credentials` };
  if (status !== 401) throw noRegistry(host, origin, status, headers.location);
  const challenges = parseChallenges(headers['www-authenticate']);
  const bearer = challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.realm !== undefined);
  if (bearer === undefined)
    return withoutTokens(
      host,
      challenges.some(({ scheme }) => scheme === 'basic'),
    );
  const { realm } = tokenServiceOf(bearer, origin);
  const seen = `${host} is a registry; its tokens come from ${realm.origin}${realm.pathname}`;
  if (realm.origin === origin) return { status: 'ok', seen };
  return {
    status: 'warning',
    seen: `${seen}, another address than ${origin}`,
    advice: `That host must be reached and trusted, too. In Harbor it is external_url (harbor.yml) or externalURL (Helm): set it to ${origin}, or use its name as the registry.`,
  };
}

function withoutTokens(host: string, isBasic: boolean): Finding {
  if (isBasic) return { status: 'ok', seen: `${host} is a registry that takes user name and password directly` };
  throw new PilotError('ANSWER_UNEXPECTED', `${host} refuses /v2/ without saying how to sign in (401)`, {
    hint: 'Something before the registry answers in its place, or takes the header Www-Authenticate out: look at that proxy.',
    details: { host, status: 401 },
  });
}

function noRegistry(host: string, origin: string, status: number, location: string | undefined): PilotError {
  const target = location !== undefined && URL.canParse(location) ? new URL(location).origin : undefined;
  const gives = `${status}${target === undefined ? '' : ` to ${target}`}${status === 200 ? ', but a page of something else' : ''}`;
  return new PilotError('ANSWER_UNEXPECTED', `${host} does not answer as a registry: /v2/ gives ${gives}`, {
    hint:
      target !== undefined && target === origin.replace(/^http:/, 'https:')
        ? 'It wants TLS: take the input "plain-http" out.'
        : 'Check the host. A proxy before Harbor must pass /v2/, /service/, /api/ and /c/ on to it, without a login page of its own.',
    details: { host, status },
  });
}
