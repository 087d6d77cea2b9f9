import type { X509Certificate } from 'node:crypto';
import { formatTime, PilotError } from '@harbor-pilot/core';
import { describeCertificate, issuerOf, nameOf, namesOf } from './certificate-facts.ts';
import type { HostTrust } from './types.ts';

/** What is known of a connection that failed. */
export interface TlsEvidence {
  /** What the host showed, its own certificate first; empty when it did not get so far. */
  readonly chain: readonly X509Certificate[];
  readonly trust: HostTrust;
}

interface Case extends TlsEvidence {
  readonly host: string;
  readonly hostname: string;
}

interface Explanation {
  readonly why: string;
  readonly hint: string;
}

type Explain = (certificate: X509Certificate, one: Case) => Explanation;

/** By Node's name of the failed check (Node.js 24, "X509 certificate error codes"). */
const checks: Readonly<Record<string, Explain>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownIssuer,
  SELF_SIGNED_CERT_IN_CHAIN: unknownIssuer,
  CERT_UNTRUSTED: unknownIssuer,
  DEPTH_ZERO_SELF_SIGNED_CERT: (certificate) => ({
    why: `it is signed by itself; ${describeCertificate(certificate)}, it names ${namesOf(certificate)}`,
    hint: 'Give this very certificate as the input "ca-certificate", after you compared its fingerprint with that on the server; or let an authority issue one.',
  }),
  CERT_HAS_EXPIRED: (certificate, { chain }) => {
    const expired = chain.reduce((one, other) => (other.validToDate < one.validToDate ? other : one));
    return {
      why: `${partOf(expired, certificate)} has expired; it was valid until ${formatTime(expired.validToDate)}; ${describeCertificate(expired)}`,
      hint: `Renew ${expired === certificate ? 'the certificate of the server' : `the certificate ${nameOf(expired)}, and let the server send the new one`}.`,
    };
  },
  CERT_NOT_YET_VALID: (certificate, { chain }) => {
    const early = chain.reduce((one, other) => (other.validFromDate > one.validFromDate ? other : one));
    return {
      why: `${partOf(early, certificate)} is not valid yet; it is valid from ${formatTime(early.validFromDate)}; ${describeCertificate(early)}`,
      hint: 'The clock of this machine may be slow, or that of the machine that made the certificate fast: check both.',
    };
  },
  ERR_TLS_CERT_ALTNAME_INVALID: (certificate, { hostname }) => ({
    why: `it is for other names than ${hostname}; it names ${namesOf(certificate)}; ${describeCertificate(certificate)}`,
    hint:
      certificate.subjectAltName === undefined
        ? 'It has no subject alternative name, and the common name does not count: make a new certificate that has one.'
        : 'Use one of the names in the certificate as the host, or make a certificate for this name.',
  }),
};

/**
 * Says what is wrong with the TLS of a host.
 * @param code Node's name of the failure.
 * @returns undefined when the failure is none of TLS.
 */
export function explainTlsFailure(error: Error, code: string, url: URL, evidence: TlsEvidence): PilotError | undefined {
  const one: Case = { ...evidence, host: url.host, hostname: url.hostname };
  const subject = one.chain[0]?.subject;
  const details = { host: one.host, reason: code, ...(subject === undefined ? {} : { subject }) };
  const fail = (message: string, hint: string) =>
    new PilotError('TLS_UNTRUSTED', message, { cause: error, hint, details });
  const check = checks[code];
  if (check !== undefined) {
    const distrust = `the certificate of ${one.host} is not trusted`;
    const [certificate] = one.chain;
    if (certificate === undefined)
      return fail(`${distrust}: ${unseen[code] ?? 'its issuer is not known here'} (${code})`, unseenHint);
    const { why, hint } = check(certificate, one);
    return fail(`${distrust}: ${why}`, hint);
  }
  if (!code.startsWith('ERR_SSL_') && code !== 'EPROTO') return undefined;
  const { why, hint } = handshakeFailure(error.message, code, one);
  return fail(why, hint);
}

const authorityHint =
  'Give the certificate of its authority as the input "ca-certificate" (Harbor: "Registry Certificate" on a project\'s page).';

/** When the certificate could not be had: there are no facts of it to tell. */
const unseen: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its chain ends in an authority that is not trusted here',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for other names',
};

const unseenHint = `Look at it with: openssl s_client -connect HOST:PORT -showcerts. If its authority is missing: ${authorityHint}`;

function partOf(one: X509Certificate, own: X509Certificate): string {
  return one === own ? 'it' : `the certificate ${nameOf(one)} that it depends on`;
}

/** A server that sends its own certificate alone may have forgotten an intermediate one; one that sends more has an authority that is not known. */
function unknownIssuer(certificate: X509Certificate, { chain, trust, host }: Case): Explanation {
  const last = chain.at(-1) ?? certificate;
  const given =
    trust.caCertificate === undefined ? '' : '; the certificate in "ca-certificate" is not that of this issuer';
  if (chain.length === 1) {
    return {
      why: `the chain is incomplete: ${issuerOf(certificate)}, its issuer, is neither sent by the server nor known here${given}; ${describeCertificate(certificate)}`,
      hint: `If ${issuerOf(certificate)} is an intermediate authority, ${host} must send its certificate after its own: append it to the certificate file of the server. If it is the authority itself: ${authorityHint}`,
    };
  }
  const isRoot = last.subject === last.issuer;
  const end = isRoot ? nameOf(last) : issuerOf(last);
  return {
    why: `its chain ends in the authority ${end}, which is not trusted here${given}; ${describeCertificate(certificate)}; between them: ${between(chain, isRoot)}`,
    hint: authorityHint,
  };
}

function between(chain: readonly X509Certificate[], isRootSent: boolean): string {
  const middle = chain.slice(1, isRootSent ? -1 : undefined);
  return middle.length === 0 ? 'nobody' : middle.map(nameOf).join(', ');
}

function handshakeFailure(message: string, code: string, { host, chain, trust }: Case): Explanation {
  if (/wrong version number|packet length|record layer failure/i.test(message)) {
    return {
      why: `${host} does not speak TLS on this port, probably plain HTTP (${code})`,
      hint: 'Check the port. Only if nobody but you is on the way, set the input "plain-http".',
    };
  }
  // Before TLS 1.3 there is no alert of its own for it: the handshake ends after the server has shown its certificate.
  const isOldAlert = /alert (handshake failure|bad certificate)/i.test(message) && chain.length > 0;
  if (/alert certificate required/i.test(message) || isOldAlert) return clientRefused(host, trust);
  if (trust.clientIdentity !== undefined && /alert.*(certificate|unknown ca|access denied)/i.test(message)) {
    return clientRefused(host, trust);
  }
  return {
    why: `no TLS connection with ${host} could be made (${code}${alertIn(message)})`,
    hint: 'Check that the host speaks TLS 1.2 or newer on this port, with a cipher that is not outdated.',
  };
}

function clientRefused(host: string, { clientIdentity }: HostTrust): Explanation {
  if (clientIdentity === undefined) {
    return {
      why: `${host} requires a client certificate, and none was given`,
      hint: 'Give it as the input "client-certificate" with "client-key", or as a PKCS#12 file with "client-key-password".',
    };
  }
  return {
    why: `${host} does not accept the client certificate that was given; ${describeCertificate(clientIdentity.certificate)}`,
    hint: 'Check that its issuer is one that the host takes for clients, and that the file holds the intermediate certificates, too.',
  };
}

function alertIn(message: string): string {
  const alert = /alert [a-z ]+/i.exec(message)?.[0];
  return alert === undefined ? '' : `, ${alert.trim()}`;
}
