import type { X509Certificate } from 'node:crypto';
import { describeKey, formatTime } from '@harbor-pilot/core';
import { issuerOf, nameOf, namesOf } from '@harbor-pilot/http';

/** The certificates that a server showed, a line each, its own first. */
export function certificateLines(chain: readonly X509Certificate[]): readonly string[] {
  return chain.map((certificate, index) => `certificate ${index + 1}: ${describe(certificate)}`);
}

function describe(certificate: X509Certificate): string {
  const { validFromDate, validToDate, publicKey, subjectAltName, signatureAlgorithm } = certificate;
  return [
    nameOf(certificate),
    certificate.subject === certificate.issuer ? 'signed by itself' : `issuer ${issuerOf(certificate)}`,
    `valid from ${formatTime(validFromDate)} to ${formatTime(validToDate)}`,
    ...(subjectAltName === undefined ? [] : [`names ${namesOf(certificate)}`]),
    `key ${describeKey(publicKey)}`,
    ...(signatureAlgorithm === undefined ? [] : [`signature ${signatureAlgorithm}`]),
  ].join('; ');
}

/** Where the certificate of the last issuer can be had, as the certificate itself says (RFC 5280, section 4.2.2.1). */
export function issuerAddressLines(chain: readonly X509Certificate[]): readonly string[] {
  const last = chain.at(-1);
  if (last === undefined || last.subject === last.issuer) return [];
  const address = /^CA Issuers - URI:([\x21-\x7e]{1,300})$/m.exec(last.infoAccess ?? '')?.[1];
  return address === undefined ? [] : [`the certificate of ${issuerOf(last)} is at ${address}`];
}
