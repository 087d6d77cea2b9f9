import { type Clock, PilotError } from '@harbor-pilot/core';
import { createAgents } from './agents.ts';
import { timeOf } from './certificate-facts.ts';
import { exchange } from './exchange.ts';

/** Where to ask, and what with. */
export interface ClockQuestion {
  readonly url: URL;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

const toleranceMilliseconds = 5 * 60_000;
const limits = { idleSeconds: 5, totalSeconds: 5, slowestBytesPerSecond: 1024 };

/**
 * When a certificate is out of date, looks whether it is our clock that is wrong: the server is asked for its time, over a
 * connection that is not verified and carries nothing. The answer goes into the hint, and nowhere else.
 */
export async function blameClock(error: unknown, question: ClockQuestion): Promise<unknown> {
  if (!(error instanceof PilotError) || !isAboutTime(error)) return error;
  const theirs = await timeOfServer(question).catch(() => undefined);
  const ours = question.clock.now();
  if (theirs === undefined || Math.abs(theirs.getTime() - ours.getTime()) < toleranceMilliseconds) return error;
  return new PilotError(error.code, error.message, {
    cause: error.cause,
    hint: `The clock of this machine says ${timeOf(ours)}, that of ${question.url.host} ${timeOf(theirs)}: set the one that is wrong. ${error.hint}`,
    details: error.details,
  });
}

function isAboutTime({ code, details }: PilotError): boolean {
  return code === 'TLS_UNTRUSTED' && (details.reason === 'CERT_HAS_EXPIRED' || details.reason === 'CERT_NOT_YET_VALID');
}

async function timeOfServer({ url, environment, signal }: ClockQuestion): Promise<Date | undefined> {
  const trust = { insecure: true };
  const agents = createAgents({ trust: { [url.host]: trust }, environment });
  try {
    const agent = agents.agentFor(url);
    const answer = await exchange({
      method: 'HEAD',
      url: new URL('/', url),
      headers: {},
      agent,
      trust,
      limits,
      signal,
    });
    await answer.discard();
    const date = new Date(answer.headers.date ?? '');
    return Number.isNaN(date.getTime()) ? undefined : date;
  } finally {
    agents.close();
  }
}
