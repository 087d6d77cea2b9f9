import { type Clock, formatTime, PilotError } from '@harbor-pilot/core';
import { explainFailure } from './failures.ts';
import { chooseProxy } from './proxy-choice.ts';
import { blameProxy, suspectProxy } from './proxy-failures.ts';
import { lookAtServer } from './server-look.ts';
import type { HostTrust } from './types.ts';

/** Where to look, and what with. */
export interface SecondLook {
  readonly url: URL;
  readonly trust: HostTrust;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

const toleranceMilliseconds = 5 * 60_000;
const timeoutSeconds = 5;

/**
 * Completes the error for a proxy that cannot be reached, and for a certificate that is not trusted. Behind a proxy Node
 * gives the connection away only when it has failed, and when a certificate is out of date it may be our clock that is
 * wrong: the server is asked once more for its certificate and its time, over a connection that is not verified and carries
 * nothing. The answer goes into the error only.
 */
export async function lookAgain(error: unknown, look: SecondLook): Promise<unknown> {
  if (!(error instanceof PilotError)) return error;
  const choice = chooseProxy(look.url, look.environment);
  if (error.code === 'NETWORK_UNREACHABLE') return blameProxy(error, look.url, choice);
  return error.code === 'TLS_UNTRUSTED' ? suspectProxy(await completed(error, look), choice) : error;
}

async function completed(error: PilotError, look: SecondLook): Promise<PilotError> {
  const reason = String(error.details.reason);
  if (reason.startsWith('ERR_SSL_') || reason === 'EPROTO') return error;
  const isWithoutFacts = error.details.subject === undefined;
  const isAboutTime = reason === 'CERT_HAS_EXPIRED' || reason === 'CERT_NOT_YET_VALID';
  if (!isWithoutFacts && !isAboutTime) return error;
  const { url, trust, environment, signal } = look;
  const where = { method: 'HEAD', url: new URL('/', url), environment, timeoutSeconds, signal } as const;
  const { chain, date } = await lookAtServer({ ...where, trust: { insecure: true } });
  const told = isWithoutFacts ? explainFailure(error.cause as Error, url, { chain, trust }) : error;
  return isAboutTime ? blameClock(told, date, look) : told;
}

function blameClock(error: PilotError, theirs: Date | undefined, { url, clock }: SecondLook): PilotError {
  const ours = clock.now();
  if (theirs === undefined || Math.abs(theirs.getTime() - ours.getTime()) < toleranceMilliseconds) return error;
  return new PilotError(error.code, error.message, {
    cause: error.cause,
    hint: `The clock of this machine says ${formatTime(ours)}, that of ${url.host} ${formatTime(theirs)}: set the one that is wrong. ${error.hint}`,
    details: error.details,
  });
}
