import { type KeyObject, X509Certificate as NodeCertificate } from 'node:crypto';
import { EXTENSION_OID_SCT, type X509Certificate } from '@sigstore/core';
import { KnownCertificate } from '../known-certificate.ts';
import type { Refusal } from '../trusted-signers.ts';

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

/** Reads a signer's certificate; refuses what is none, and one that nobody should sign with, whoever gave it. */
export function readCertificate(der: Buffer): SignerCertificate | Refusal {
  try {
    return judgedCertificate(der);
  } catch {
    return { failure: 'damaged', reason: 'its certificate cannot be read' };
  }
}

function judgedCertificate(der: Buffer): SignerCertificate | Refusal {
  if (der.length > sizeLimitBytes) return unfit('its certificate is too large');
  const certificate = new NodeCertificate(der);
  // keyUsage is what RFC 5280 calls extended key usage. Authorities of Fulcio give no other certificates, others may.
  if (!certificate.keyUsage?.includes(codeSigningOid)) return unfit('its certificate is not for signing code');
  if (certificate.ca) return unfit('its certificate is that of an authority');
  const x509 = new KnownCertificate(der);
  const oids = x509.extensions.map(({ subs }) => subs[0]?.toOID());
  // Readers do not agree on which of two counts.
  if (new Set(oids).size !== oids.length) return unfit('its certificate says something twice');
  const identity = identityOf(x509);
  if (identity === undefined) return unfit('its certificate has not one name that is plain text');
  const issuer = issuerOf(x509);
  if (issuer === undefined) return unfit('its certificate names no issuer in plain text');
  return { der, key: certificate.publicKey, x509, identity, issuer, hasSct: oids.includes(EXTENSION_OID_SCT) };
}

function unfit(reason: string): Refusal {
  return { failure: 'untrusted certificate', reason };
}

function identityOf(certificate: X509Certificate): string | undefined {
  const [name, ...others] = certificate.extSubjectAltName?.valueObj.subs[0]?.subs ?? [];
  if (name === undefined || others.length > 0) return undefined;
  if (name.tag.isContextSpecific(0x06) || name.tag.isContextSpecific(0x01)) return textOf(name.value);
  const [oid, value] = name.tag.isContextSpecific(0x00) ? name.subs : [];
  return oid?.toOID() === userNameOid ? textOf(value?.subs[0]?.value) : undefined;
}

function issuerOf(certificate: X509Certificate): string | undefined {
  const newer = certificate.extension(issuerOid);
  // Where it is there the older one does not count, even if it cannot be read.
  return textOf(newer === undefined ? certificate.extension(olderIssuerOid)?.value : newer.valueObj.subs[0]?.value);
}

/** A name; one with bytes that are no text, or that do not show, could be taken for another name. */
function textOf(bytes: Buffer | undefined): string | undefined {
  const text = bytes?.toString();
  if (bytes === undefined || text === undefined || !Buffer.from(text).equals(bytes)) return undefined;
  return text === '' || text.length > nameLimit || /[\p{C}\p{Zl}\p{Zp}]/u.test(text) ? undefined : text;
}
