import { PilotError } from '@harbor-pilot/core';
import type { HttpRequest, HttpResponse } from './types.ts';

// More redirects in a row are refused.
const redirectLimit = 5;

// Everything else may be a secret or means something only to the first host.
const headersForAnybody: ReadonlySet<string> = new Set(['accept', 'content-type', 'range', 'user-agent']);

/**
 * The request that a redirect asks for. Headers other than the harmless ones stay with their origin; a POST becomes a GET
 * where browsers do so (Fetch Standard, "HTTP-redirect fetch").
 * @param hops how many there were, with this one.
 * @throws PilotError ANSWER_UNEXPECTED for a target that is none, from https to http, for what was posted to another
 *   origin, and after too many redirects.
 */
export function redirected(
  request: HttpRequest,
  { url, status, headers: given }: HttpResponse,
  hops: number,
): HttpRequest {
  const [from, location = ''] = [new URL(url), given.location];
  if (hops > redirectLimit) throw refused(`${from.host} redirects more than ${redirectLimit} times`);
  const target = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (target === undefined || (target.protocol !== 'https:' && target.protocol !== 'http:')) {
    throw refused(`${from.host} redirects to something that is no web address`);
  }
  if (from.protocol === 'https:' && target.protocol === 'http:') {
    throw refused(`${from.host} redirects from https to http (${target.host})`);
  }
  const isSameOrigin = target.origin === from.origin;
  const becomesGet = status === 303 ? request.method !== 'HEAD' : status <= 302 && request.method === 'POST';
  const { body, ...rest } = request;
  // What is posted may be a secret, as in the form of a token service; only content is stored elsewhere.
  if (!isSameOrigin && !becomesGet && request.method === 'POST' && body !== undefined) {
    throw refused(`${from.host} redirects what was posted to another host (${target.host})`);
  }
  const headers = isSameOrigin ? request.headers : harmless(request.headers);
  return {
    ...rest,
    url: target.href,
    headers: headers ?? {},
    ...(becomesGet ? { method: 'GET' as const } : { body }),
  };
}

function refused(message: string): PilotError {
  return new PilotError('ANSWER_UNEXPECTED', message, {
    hint: 'Check the host: it may be the address of a proxy or a login page, or the external URL of the server is set wrong.',
  });
}

function harmless(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => headersForAnybody.has(name.toLowerCase())));
}
