import { createPrivateKey, X509Certificate } from 'node:crypto';
import { Duplex } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import { formatTime, PilotError } from '@harbor-pilot/core';
import { nameOf } from './certificate-facts.ts';
import type { ClientIdentity } from './types.ts';

/** The parts of a client certificate as they were given. */
export interface ClientIdentityParts {
  /** PEM with the certificate, those of its issuers after it, and maybe the key; or PKCS#12. */
  readonly certificate: Buffer;
  /** For messages: the path of the file, or the name of the input. */
  readonly certificateName: string;
  /** PEM; when absent, the key is looked for beside the certificate. */
  readonly key?: string | undefined;
  /** Of the key, or of the PKCS#12 file. */
  readonly password?: string | undefined;
  readonly now: Date;
}

/**
 * Checks a client certificate and its key before anything is sent with them.
 * @throws PilotError INPUT_INVALID when the certificate cannot be read or is not valid now; KEY_INVALID when the key
 * cannot be read, the password is wrong or the key is that of another certificate.
 */
export function parseClientIdentity(parts: ClientIdentityParts): ClientIdentity {
  const identity = parts.certificate.includes('-----BEGIN') ? fromPem(parts) : fromPkcs12(parts);
  checkDates(identity.certificate, parts);
  return identity;
}

function fromPem({
  certificate: bytes,
  certificateName,
  key: givenKey,
  password,
}: ClientIdentityParts): ClientIdentity {
  const text = bytes.toString('utf8');
  const certificate = certificateIn(text, certificateName);
  const key = givenKey ?? text;
  if (!key.includes('PRIVATE KEY-----')) throw withoutKey(certificateName, givenKey !== undefined);
  checkKey(key, password, certificate, certificateName);
  return { certificate, tls: { cert: text, key, ...(password === undefined ? {} : { passphrase: password }) } };
}

function certificateIn(pem: string, name: string): X509Certificate {
  try {
    return new X509Certificate(pem.slice(Math.max(0, pem.indexOf('-----BEGIN CERTIFICATE-----'))));
  } catch (cause) {
    throw new PilotError('INPUT_INVALID', `${name} holds no certificate in PEM form`, {
      cause,
      hint: 'Give a PEM file that has a part -----BEGIN CERTIFICATE-----, or a PKCS#12 file (.p12, .pfx).',
    });
  }
}

function checkKey(key: string, password: string | undefined, certificate: X509Certificate, name: string): void {
  const isEncrypted = /ENCRYPTED/.test(key);
  if (isEncrypted && password === undefined) {
    throw new PilotError('KEY_INVALID', `the key of the client certificate in ${name} is encrypted`, {
      hint: 'Give its password as the secret "client-key-password" (the variable HARBOR_PILOT_CLIENT_KEY_PASSWORD).',
    });
  }
  const privateKey = readPrivateKey(key, password, isEncrypted, name);
  if (certificate.checkPrivateKey(privateKey)) return;
  throw new PilotError('KEY_INVALID', `the client key does not belong to the certificate ${nameOf(certificate)}`, {
    hint: 'Give the key that the certificate was made with. The certificate of the client comes first in its file, those of its issuers after it.',
  });
}

function readPrivateKey(key: string, password: string | undefined, isEncrypted: boolean, name: string) {
  try {
    const pem = key.slice(key.search(/-----BEGIN [A-Z ]*PRIVATE KEY-----/));
    return createPrivateKey({ key: pem, ...(password === undefined ? {} : { passphrase: password }) });
  } catch (cause) {
    if (isEncrypted) throw wrongPassword(`the key of the client certificate in ${name}`, cause);
    throw new PilotError('KEY_INVALID', `the key of the client certificate in ${name} cannot be read`, {
      cause,
      hint: 'Give the key in PEM form: PKCS#8 (-----BEGIN PRIVATE KEY-----), or the older forms for RSA and EC.',
    });
  }
}

function fromPkcs12({ certificate: pfx, certificateName: name, key, password }: ClientIdentityParts): ClientIdentity {
  if (key !== undefined) {
    throw new PilotError('INPUT_INVALID', `${name} is no PEM file, but "client-key" is given`, {
      hint: 'A PKCS#12 file has its key in it: leave out "client-key". Convert a DER certificate with: openssl x509 -inform der.',
    });
  }
  const tls = { pfx, ...(password === undefined ? {} : { passphrase: password }) };
  try {
    // A socket tells which of the certificates in the file is the client's; nothing is sent over it.
    const socket = new TLSSocket(new Duplex({ read: () => {} }), { secureContext: createSecureContext(tls) });
    const certificate = socket.getX509Certificate();
    socket.destroy();
    if (certificate === undefined) throw new Error('there is no certificate in it');
    return { certificate, tls };
  } catch (cause) {
    throw pkcs12Error(name, pfx, password, cause as Error & { code?: string });
  }
}

function pkcs12Error(
  name: string,
  bytes: Buffer,
  password: string | undefined,
  cause: Error & { code?: string },
): PilotError {
  if (/mac verify/i.test(cause.message)) {
    if (password !== undefined) return wrongPassword(name, cause);
    return new PilotError('KEY_INVALID', `${name} has a password, and none is given`, {
      cause,
      hint: 'Give it as the secret "client-key-password" (the variable HARBOR_PILOT_CLIENT_KEY_PASSWORD).',
    });
  }
  if (cause.code === 'ERR_CRYPTO_UNSUPPORTED_OPERATION') {
    return new PilotError('KEY_INVALID', `${name} is encrypted in a way that is too old to be supported`, {
      cause,
      hint: 'Write it anew: openssl pkcs12 -legacy -in OLD -nodes -out all.pem, then give all.pem, or pack it again with openssl pkcs12 -export.',
    });
  }
  const isCertificate = isDerCertificate(bytes);
  return new PilotError(
    'INPUT_INVALID',
    isCertificate ? `${name} is a certificate in DER form` : `${name} is neither PEM nor PKCS#12`,
    {
      cause,
      hint: isCertificate
        ? 'Convert it with: openssl x509 -inform der, and give its key as "client-key".'
        : 'Give a PEM file with the certificate and its key, or a PKCS#12 file (.p12, .pfx).',
    },
  );
}

function isDerCertificate(bytes: Buffer): boolean {
  try {
    new X509Certificate(bytes);
    return true;
  } catch {
    return false;
  }
}

function checkDates(certificate: X509Certificate, { certificateName, now }: ClientIdentityParts): void {
  const { validFromDate: from, validToDate: until } = certificate;
  if (from <= now && now <= until) return;
  const what = now > until ? `has expired on ${formatTime(until)}` : `is not valid before ${formatTime(from)}`;
  throw new PilotError('INPUT_INVALID', `the client certificate ${nameOf(certificate)} in ${certificateName} ${what}`, {
    hint: `The clock of this machine says ${formatTime(now)}. If it is right, get a new certificate.`,
  });
}

function withoutKey(name: string, isKeyGiven: boolean): PilotError {
  return isKeyGiven
    ? new PilotError('KEY_INVALID', 'the input "client-key" leads to no private key in PEM form', {
        hint: 'Give a text that has a part -----BEGIN PRIVATE KEY-----. Convert a DER key with: openssl pkey -inform der.',
      })
    : new PilotError('KEY_INVALID', `${name} holds a certificate, but no private key`, {
        hint: 'Give the key as "client-key", or a file that has both.',
      });
}

function wrongPassword(what: string, cause: unknown): PilotError {
  return new PilotError('KEY_INVALID', `the password does not open ${what}`, {
    cause,
    hint: 'Check the secret "client-key-password": a line break at its end counts.',
  });
}
