import { PilotError } from '@harbor-pilot/core';
import type { Session } from './session.ts';

/**
 * Asks `/v2/` as the account, with a token for nothing: the one request for which Harbor checks the password.
 * @returns whether the registry has looked at it.
 * @throws PilotError AUTH_FAILED, ROBOT_REFUSED when the registry does not take the credentials; TOKEN_REFUSED when it does not
 * take the token that they got; ANSWER_UNEXPECTED when it is no registry.
 */
export async function ping(session: Session): Promise<boolean> {
  if (session.credentials === undefined) return pingAnonymously(session);
  const response = await session.send({ method: 'GET', target: '', what: 'sign in', expect: [200, 403, 404] });
  await response.discard();
  if (response.status !== 200) throw notRegistry(session.host, response.status);
  return session.isKnown();
}

/** Any web server answers 404, and many a firewall 403: neither has looked at the password. */
function notRegistry(host: string, status: number): PilotError {
  return new PilotError('ANSWER_UNEXPECTED', `${host} does not answer as a registry does: ${status} for /v2/`, {
    hint: 'Check host and port: it must be the registry itself. A proxy or firewall in front must let /v2/ through.',
  });
}

/** Harbor has no token for nobody and nothing: that it says so is answer enough. */
async function pingAnonymously(session: Session): Promise<boolean> {
  try {
    const response = await session.send({ method: 'GET', target: '', what: 'sign in', expect: [200, 401, 403, 404] });
    await response.discard();
  } catch (error) {
    if (!(error instanceof PilotError) || error.code !== 'AUTH_FAILED') throw error;
  }
  return false;
}
