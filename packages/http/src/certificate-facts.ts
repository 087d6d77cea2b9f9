import type { X509Certificate } from 'node:crypto';
import { formatTime, printable } from '@harbor-pilot/core';

/** Longest name that is shown, in characters. */
const textLimit = 300;

/** A certificate's subject, in quotes, safe to print: `"CN=server, O=Acme"`. */
export function nameOf(certificate: X509Certificate): string {
  return quoted(certificate.subject);
}

/** The same for its issuer. */
export function issuerOf(certificate: X509Certificate): string {
  return quoted(certificate.issuer);
}

/** The names that it is for, safe to print. */
export function namesOf(certificate: X509Certificate): string {
  return printable(certificate.subjectAltName ?? '', textLimit) || 'none';
}

/** Who it is for, who says so, and when it is valid. */
export function describeCertificate(certificate: X509Certificate): string {
  const { validFromDate, validToDate } = certificate;
  return `its subject is ${nameOf(certificate)}, its issuer ${issuerOf(certificate)}, it is valid from ${formatTime(validFromDate)} to ${formatTime(validToDate)}`;
}

function quoted(name: string): string {
  return `"${printable(name.split('\n').join(', '), textLimit) || 'nobody'}"`;
}

/** The certificates in a text, each as PEM. */
export function pemCertificates(text: string): readonly string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}
