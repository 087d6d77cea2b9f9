import { type ErrorCode, PilotError } from '@harbor-pilot/core';
import { parseChallenges } from '@harbor-pilot/registry';
import type { Runtime } from '@harbor-pilot/step-kit';
import type { Connection } from '../connect.ts';

/** Whose policies are to recognise a signature. */
export type Server =
  | { readonly kind: 'harbor' /** Empty when it does not tell. */; readonly version: string }
  /** A Harbor whose API cannot be asked from here. */
  | { readonly kind: 'silent'; readonly reason: string }
  | { readonly kind: 'registry' };

/** What a proxy before Harbor's API, or an API that is down, answers; wrong credentials and a lost network are other errors. */
const silences: readonly ErrorCode[] = [
  'ANSWER_UNEXPECTED',
  'REFERENCE_NOT_FOUND',
  'AUTH_DENIED',
  'HARBOR_UNAVAILABLE',
];

/** Finds out whether a registry is a Harbor, and of which version. */
export async function serverOf(connection: Connection, runtime: Runtime): Promise<Server> {
  try {
    return { kind: 'harbor', version: (await connection.harbor.version()) ?? '' };
  } catch (error) {
    if (!(error instanceof PilotError) || !silences.includes(error.code)) throw error;
    return (await isHarbor(connection, runtime)) ? { kind: 'silent', reason: error.message } : { kind: 'registry' };
  }
}

/** Harbor's token service has this name in every version (src/core/service/token, v2.0 to v2.15). */
async function isHarbor({ http, reference, isPlainHttp }: Connection, { signal }: Runtime): Promise<boolean> {
  const url = `${isPlainHttp ? 'http' : 'https'}://${reference.registry}/v2/`;
  const response = await http.request({ method: 'GET', url, signal });
  await response.discard();
  const challenges = parseChallenges(response.headers['www-authenticate']);
  return challenges.some(({ parameters }) => parameters.service === 'harbor-registry');
}
