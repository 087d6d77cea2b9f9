import { PilotError } from '@harbor-pilot/core';
import { type HostTrust, lookAgain, lookAtServer, refusalError, type ServerLook } from '@harbor-pilot/http';
import type { Check, Finding } from '../check.ts';
import type { DoctorContext } from '../context.ts';
import { failure } from '../examine.ts';
import { certificateLines, issuerAddressLines } from './certificate-lines.ts';
import { clock } from './clock.ts';
import { expiry } from './expiry.ts';
import type { Shown } from './shown.ts';
import type { Way } from './way.ts';

const timeoutSeconds = 10;

/** The checks of TLS; they look at one connection. */
export function tlsChecks(way: Way, context: DoctorContext): readonly Check[] {
  let shown: Shown | undefined;
  const look = async (trust: HostTrust, signal: AbortSignal): Promise<ServerLook> => {
    const { environment } = context;
    const seen = await lookAtServer({ method: 'GET', url: way.url, trust, environment, timeoutSeconds, signal });
    signal.throwIfAborted();
    shown = { ...seen, at: context.clock.now() };
    return seen;
  };
  return [handshake(way, context, look), expiry(() => shown), clock(way, () => shown)];
}

type Look = (trust: HostTrust, signal: AbortSignal) => Promise<ServerLook>;

function handshake(way: Way, context: DoctorContext, look: Look): Check {
  return {
    id: 'tls',
    area: 'tls',
    title: 'TLS and certificates',
    matters: 'Whoever is on the way could otherwise read the password, and change the image.',
    needs: ['proxy'],
    look: async (signal) => {
      const { trust, host } = context;
      if (trust.plainHttp === true) return plain(await look(trust, signal), host);
      const { insecure, ...verifying } = trust;
      const seen = await look(verifying, signal);
      if (seen.failure === undefined) return trusted(seen, host);
      const error = await lookAgain(seen.failure, { ...context, trust: verifying, url: way.url, signal });
      if (!(error instanceof PilotError) || error.code !== 'TLS_UNTRUSTED') throw error;
      const unverified = await look({ ...verifying, insecure: true }, signal);
      const chain = unverified.chain.length > 0 ? unverified.chain : seen.chain;
      const facts = [...certificateLines(chain), ...issuerAddressLines(chain)];
      if (insecure === true && unverified.failure === undefined) return { ...ignored(error), facts };
      return { ...failure(error), facts };
    },
  };
}

function plain({ failure: error, problem }: ServerLook, host: string): Finding {
  if (error !== undefined) throw error;
  requireTlsAccepted(problem, host);
  return {
    status: 'warning',
    seen: `${host} is spoken to in plain HTTP, as the input "plain-http" says: nothing is encrypted`,
    advice: 'Give the server a certificate ("harbor-pilot certificates create" makes one), and take "plain-http" out.',
  };
}

function trusted({ chain, tls, problem }: ServerLook, host: string): Finding {
  requireTlsAccepted(problem, host);
  const facts = certificateLines(chain);
  return {
    status: 'ok',
    seen: `the certificate of ${host} is trusted; ${tls?.protocol ?? ''} with ${tls?.cipher ?? ''}`,
    facts,
  };
}

/** A server can take the handshake and say in HTTP that it misses the client's certificate, or TLS. */
function requireTlsAccepted(problem: ServerLook['problem'], host: string): void {
  if (problem === undefined) return;
  const error = refusalError(problem, { server: 'registry', host, what: 'talk to it' });
  if (error.code === 'TLS_UNTRUSTED') throw error;
}

function ignored({ message, hint }: PilotError): Finding {
  return {
    status: 'warning',
    seen: `nothing is checked, as the input "insecure" says; otherwise: ${message}`,
    ...(hint === undefined ? {} : { advice: hint }),
  };
}
