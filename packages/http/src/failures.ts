import { PilotError } from '@harbor-pilot/core';
import { explainTlsFailure, type TlsEvidence } from './tls-failures.ts';

/** What Node's names of failures mean when a host cannot be reached. */
export const unreachable: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known to DNS',
  EAI_AGAIN: 'DNS does not answer',
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: 'the connection was lost',
  EPIPE: 'the connection was lost',
  ETIMEDOUT: 'it does not answer connections',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  ERR_PROXY_TUNNEL: 'the proxy refused to connect to it',
};

/** Says why there was no answer. */
export function explainFailure(error: Error, url: URL, evidence: TlsEvidence): PilotError {
  if (error instanceof PilotError) return error;
  const { host } = url;
  const code = codeOf(error);
  const distrust = explainTlsFailure(error, code, url, evidence);
  if (distrust !== undefined) return distrust;
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new PilotError('ANSWER_UNEXPECTED', `${host} answers with more than 16 KiB of headers`, {
      cause: error,
      hint: 'Look at the proxies on the way to it: one of them may add cookies or policies to each answer.',
      details: { host, reason: code },
    });
  }
  if (code.startsWith('HPE_')) {
    return new PilotError('ANSWER_UNEXPECTED', `${host} does not answer in HTTP (${code})`, {
      cause: error,
      hint: 'Check the port; if the host wants TLS there, do not set "plain-http".',
      details: { host, reason: code },
    });
  }
  const reason = unreachable[code] ?? `the connection failed (${code || error.message})`;
  return new PilotError('NETWORK_UNREACHABLE', `${host} cannot be reached: ${reason}`, {
    cause: error,
    hint: `${maybeTls(code, url)}Check the host name and port, and whether this machine needs a proxy (HTTPS_PROXY, NO_PROXY) to reach it.`,
    details: { host, reason: code },
  });
}

/** A server that wants TLS may just hang up on who does not speak it. */
function maybeTls(code: string, { protocol }: URL): string {
  const isHungUp = protocol === 'http:' && (code === 'ECONNRESET' || code === 'EPIPE');
  return isHungUp ? 'If the host wants TLS on this port, do not set "plain-http". ' : '';
}

function codeOf(error: Error): string {
  // Happy Eyeballs throws an AggregateError: one error for each address that was tried.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const code = (first as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
