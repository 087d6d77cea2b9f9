import type { PeerCertificate } from 'node:tls';
import { PilotError } from '@harbor-pilot/core';

const untrusted: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its issuer is not known here',
  UNABLE_TO_GET_ISSUER_CERT: 'its issuer is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its issuer is not known here',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known here',
  CERT_UNTRUSTED: 'its authority is not trusted for servers',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for other names',
};

const unreachable: Readonly<Record<string, string>> = {
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

/**
 * Says why there was no answer.
 * @param certificate what the host showed, when it got so far.
 */
export function explainFailure(error: Error, url: URL, certificate?: PeerCertificate): PilotError {
  if (error instanceof PilotError) return error;
  const { host } = url;
  const code = codeOf(error);
  const distrust = untrusted[code];
  if (distrust !== undefined) return notTrusted(error, host, code, distrust, certificate);
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') {
    return new PilotError('TLS_UNTRUSTED', `no TLS connection with ${host} could be made (${code})`, {
      cause: error,
      hint: tlsHint(error.message),
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
    hint: 'Check the host name and port, and whether this machine needs a proxy (HTTPS_PROXY, NO_PROXY) to reach it.',
    details: { host, reason: code },
  });
}

/** Whether another try may heal it: the connection was lost or refused, but not a name that does not exist. */
export function isLostConnection(error: unknown): boolean {
  return error instanceof PilotError && error.code === 'NETWORK_UNREACHABLE' && error.details.reason !== 'ENOTFOUND';
}

function codeOf(error: Error): string {
  // Happy Eyeballs throws an AggregateError: one error for each address that was tried.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const code = (first as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

function notTrusted(cause: Error, host: string, code: string, why: string, certificate?: PeerCertificate): PilotError {
  const facts = certificate?.valid_to === undefined ? '' : `; ${certificateFacts(code, certificate)}`;
  return new PilotError('TLS_UNTRUSTED', `the certificate of ${host} is not trusted: ${why}${facts}`, {
    cause,
    hint: trustHint(code),
    details: { host, reason: code },
  });
}

function certificateFacts(code: string, certificate: PeerCertificate): string {
  if (code === 'CERT_HAS_EXPIRED') return `it was valid until ${certificate.valid_to}`;
  if (code === 'CERT_NOT_YET_VALID') return `it is valid from ${certificate.valid_from}`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `it names ${certificate.subjectaltname ?? 'none'}`;
  const issuer = Object.values(certificate.issuer ?? {}).flat();
  return `its issuer is "${issuer.join(', ')}"`;
}

function trustHint(code: string): string {
  if (code === 'CERT_HAS_EXPIRED') return 'Renew the certificate of the server.';
  if (code === 'CERT_NOT_YET_VALID') return 'Check the clock of this machine and of the server.';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'Use one of the names in the certificate as the host.';
  return 'Give the certificate of its authority as the input "ca-certificate" (Harbor: "Registry Certificate" on a project\'s page).';
}

function tlsHint(message: string): string {
  if (/wrong version number|packet length|record layer failure/i.test(message)) {
    return 'The host seems to speak plain HTTP on this port: check the port, or set the input "plain-http".';
  }
  if (/certificate required|handshake failure/i.test(message)) {
    return 'The host may want a client certificate, or a TLS version that is not spoken here.';
  }
  return 'Check that the host speaks TLS 1.2 or newer on this port.';
}
