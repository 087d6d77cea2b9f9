import type { X509Certificate } from 'node:crypto';
import { printable } from './problem.ts';

/** A certificate's subject, in quotes, safe to print: `"CN=server, O=Acme"`. */
export function nameOf(certificate: X509Certificate): string {
  return quoted(certificate.subject);
}

/** The same for its issuer. */
export function issuerOf(certificate: X509Certificate): string {
  return quoted(certificate.issuer);
}

/** To the second, in UTC: `2026-05-01 12:00:00Z`. */
export function timeOf(date: Date): string {
  return date
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
}

/** The names that it is for, safe to print. */
export function namesOf(certificate: X509Certificate): string {
  return printable(certificate.subjectAltName ?? '') || 'none';
}

/** Who it is for, who says so, and when it is valid. */
export function describeCertificate(certificate: X509Certificate): string {
  const { validFromDate, validToDate } = certificate;
  return `its subject is ${nameOf(certificate)}, its issuer ${issuerOf(certificate)}, it is valid from ${timeOf(validFromDate)} to ${timeOf(validToDate)}`;
}

function quoted(name: string): string {
  return `"${printable(name.split('\n').join(', ')) || 'nobody'}"`;
}

/** The certificates in a text, each as PEM. */
export function pemCertificates(text: string): readonly string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}
