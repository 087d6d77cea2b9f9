import { X509Certificate } from 'node:crypto';
import { PilotError } from '@harbor-pilot/core';
import type { Runtime } from '@harbor-pilot/step-kit';

const howToFingerprint =
  'On a machine that you trust, with the authority\'s certificate at hand: openssl x509 -in ca.crt -noout -fingerprint -sha256 (an administrator of Harbor downloads it as "Registry Certificate", or from /api/v2.0/systeminfo/getcert).';

/**
 * Asks Harbor for the certificate of its authority. The connection is not verified and carries nothing of ours; what comes
 * over it counts only by its fingerprint.
 * @param given fingerprint, SHA-256 in hexadecimal digits.
 * @returns PEM.
 * @throws PilotError INPUT_INVALID; TLS_UNTRUSTED when the fingerprint is another one; ANSWER_UNEXPECTED.
 */
export async function fetchAuthority(
  host: string | undefined,
  given: string | undefined,
  runtime: Runtime,
): Promise<string> {
  const wanted = parseFingerprint(given);
  if (host === undefined) {
    throw new PilotError('INPUT_INVALID', 'ca-certificate is "auto", but no registry is named to ask for it', {
      hint: 'Give the input "registry".',
    });
  }
  const { createHttp, pemCertificates } = await import('@harbor-pilot/http');
  const { clock, environment, signal } = runtime;
  const http = createHttp({ trust: { [host]: { insecure: true } }, environment, clock });
  try {
    const url = `https://${host}/api/v2.0/systeminfo/getcert`;
    // Asked for JSON, Harbor answers an empty object.
    const question = { method: 'GET', url, headers: { accept: '*/*' }, redirect: 'manual', signal } as const;
    const answer = await http.request(question).catch((error: unknown) => {
      throw error instanceof PilotError && error.code === 'TLS_UNTRUSTED' ? notAsked(host, error) : error;
    });
    const text = await answer.text(answerLimitBytes);
    if (answer.status !== 200) throw withoutCertificate(host, `it answers ${answer.status}`);
    return withFingerprint(pemCertificates(text), wanted, host);
  } finally {
    http.close();
  }
}

const answerLimitBytes = 256 * 1024;

function parseFingerprint(text: string | undefined): string {
  if (text === undefined) {
    throw new PilotError('INPUT_INVALID', 'ca-certificate is "auto", but "ca-fingerprint" is missing', {
      hint: `Without it anybody on the way could hand out a certificate. ${howToFingerprint}`,
    });
  }
  const plain = text.replace(/^.*(=|sha-?256[:\s])/i, '').replace(/[:\s]/g, '');
  if (/^[0-9a-f]{64}$/i.test(plain)) return plain.toLowerCase();
  throw new PilotError('INPUT_INVALID', `the input "ca-fingerprint" is "${text}", which is no SHA-256 fingerprint`, {
    hint: `It has 64 hexadecimal digits, with or without colons. ${howToFingerprint}`,
  });
}

/** The one certificate in the answer that has the fingerprint: others that come with it are not trusted. */
function withFingerprint(blocks: readonly string[], wanted: string, host: string): string {
  const seen = new Map(blocks.map((block) => [fingerprintOf(block, host), block]));
  if (seen.size === 0) throw withoutCertificate(host, 'its answer has no certificate in it');
  const found = seen.get(wanted);
  if (found !== undefined) return found;
  const others = [...seen.keys()].join(', ');
  throw new PilotError('TLS_UNTRUSTED', `${host} hands out the certificate with fingerprint ${others}, not ${wanted}`, {
    hint: `Either the authority was replaced, or somebody answers in the place of ${host}. Compare with the certificate on the server before you change "ca-fingerprint".`,
    details: { host, reason: 'FINGERPRINT' },
  });
}

function fingerprintOf(pem: string, host: string): string {
  try {
    return new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
  } catch {
    throw withoutCertificate(host, 'its answer has no certificate in it');
  }
}

/** No certificate is checked: what is left is a host that wants one of ours, or none of TLS. */
function notAsked(host: string, { message, cause, details }: PilotError): PilotError {
  return new PilotError('TLS_UNTRUSTED', `${host} cannot be asked for the certificate of its authority: ${message}`, {
    cause,
    hint: 'Give the certificate itself as "ca-certificate". A client certificate is shown to nobody who is not trusted yet, so it does not go with the question.',
    details,
  });
}

function withoutCertificate(host: string, why: string): PilotError {
  return new PilotError('ANSWER_UNEXPECTED', `${host} hands out no certificate of its authority: ${why}`, {
    hint: 'Harbor does so only when it was set up with one (ca_download). Give the certificate itself as "ca-certificate".',
    details: { host },
  });
}
