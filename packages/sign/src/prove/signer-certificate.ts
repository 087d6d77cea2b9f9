import { type KeyObject, X509Certificate as NodeCertificate } from 'node:crypto';
import { type ASN1Obj, EXTENSION_OID_SCT, type X509Certificate } from '@sigstore/core';
import { KnownCertificate } from '../known-certificate.ts';

/** A certificate that an authority gave to a signer, read; whether the authority is trusted is another question. */
export interface SignerCertificate {
  readonly der: Buffer;
  readonly key: KeyObject;
  readonly x509: X509Certificate;
  /** The only name in it: a URI, a mail address, or a user name. */
  readonly identity: string;
  /** Who vouched for the name to the authority: the URL of an OIDC issuer. */
  readonly issuer: string;
  /** Whether it has a proof of a certificate log in it. */
  readonly hasSct: boolean;
}

// Fulcio's oid-info.md; the older issuer is text as it is, the newer one text in DER.
const issuerOid = '1.3.6.1.4.1.57264.1.8';
const olderIssuerOid = '1.3.6.1.4.1.57264.1.1';
const userNameOid = '1.3.6.1.4.1.57264.1.7';
const codeSigningOid = '1.3.6.1.5.5.7.3.3';
const sizeLimitBytes = 64 * 1024;
const nameLimit = 2048;

/** Reads a signer's certificate. @throws Error with what is wrong. */
export function readCertificate(der: Buffer): SignerCertificate {
  if (der.length > sizeLimitBytes) throw new Error('its certificate is too large');
  const certificate = new NodeCertificate(der);
  // keyUsage is what RFC 5280 calls extended key usage. Authorities of Fulcio give no other certificates, others may.
  if (!certificate.keyUsage?.includes(codeSigningOid)) throw new Error('its certificate is not for signing code');
  if (certificate.ca) throw new Error('its certificate is that of an authority');
  const x509 = new KnownCertificate(der);
  const oids = x509.extensions.map(({ subs }) => subs[0]?.toOID());
  // Readers do not agree on which of two counts.
  if (new Set(oids).size !== oids.length) throw new Error('its certificate says something twice');
  return {
    der,
    key: certificate.publicKey,
    x509,
    identity: identityOf(x509),
    issuer: issuerOf(x509),
    hasSct: oids.includes(EXTENSION_OID_SCT),
  };
}

function identityOf(certificate: X509Certificate): string {
  const names = certificate.extSubjectAltName?.valueObj.subs[0]?.subs ?? [];
  const [name] = names;
  if (name === undefined || names.length > 1)
    throw new Error(`its certificate has ${names.length} names instead of one`);
  if (name.tag.isContextSpecific(0x06) || name.tag.isContextSpecific(0x01)) return textOf(name.value);
  const [oid, value] = name.tag.isContextSpecific(0x00) ? name.subs : [];
  const text = value?.subs[0];
  if (oid?.toOID() === userNameOid && text !== undefined) return textOf(text.value);
  throw new Error('its certificate has a name of an unknown kind');
}

function issuerOf(certificate: X509Certificate): string {
  const issuer: ASN1Obj | undefined = certificate.extension(issuerOid)?.valueObj.subs[0];
  const value = issuer?.value ?? certificate.extension(olderIssuerOid)?.value;
  if (value === undefined) throw new Error('its certificate names no issuer');
  return textOf(value);
}

/** A name; one with bytes that are no text, or that do not show, could be taken for another name. */
function textOf(bytes: Buffer): string {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  if (text === '' || text.length > nameLimit || /[\p{C}\p{Zl}\p{Zp}]/u.test(text)) {
    throw new Error('its certificate has a name that is no plain text');
  }
  return text;
}
