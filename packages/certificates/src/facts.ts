import type { X509Certificate } from 'node:crypto';
import { describeKey, printable } from '@harbor-pilot/core';
import { canonicalAddress } from './subject-names.ts';

/** What a certificate says of itself. */
export interface CertificateFacts {
  /** As `CN=harbor.example.com, O=Example`; empty when it names nobody. */
  readonly subject: string;
  readonly issuer: string;
  /** Its alternative names, without their types: host names and IP addresses. */
  readonly names: readonly string[];
  /** Algorithm and size: `ECDSA P-256`, `RSA 2048`. */
  readonly key: string;
  readonly validFrom: Date;
  readonly expiresAt: Date;
  /** Upper-case hexadecimal digits. */
  readonly serialNumber: string;
  /** SHA-256 of the certificate, as openssl prints it: pairs of upper-case digits with colons. */
  readonly fingerprint: string;
  readonly isAuthority: boolean;
}

/** Reads what a certificate says of itself. */
export function factsOf(certificate: X509Certificate): CertificateFacts {
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    names: alternativeNames(certificate.subjectAltName ?? ''),
    key: describeKey(certificate.publicKey),
    validFrom: certificate.validFromDate,
    expiresAt: certificate.validToDate,
    serialNumber: certificate.serialNumber,
    fingerprint: certificate.fingerprint256,
    isAuthority: certificate.ca,
  };
}

/** Node gives one part of a name per line, and nothing at all for an empty name. */
function oneLine(name: string | undefined): string {
  return printable((name ?? '').split('\n').join(', '));
}

function alternativeNames(text: string): string[] {
  return printable(text)
    .split(/, (?=[A-Z][A-Za-z0-9 ]*:)/)
    .map((name) => canonicalAddress(name.replace(/^(DNS|IP Address):/, '')))
    .filter((name) => name !== '');
}
