// @peculiar/x509 needs the metadata API to be there when it is loaded.
import 'reflect-metadata';
import { type KeyObject, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  type Name,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { toSigningKeys } from './keys.ts';
import type { SubjectName } from './subject-names.ts';

/** From when until when a certificate is good. */
export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** An authority that can sign. */
export interface Authority {
  /** PEM. */
  readonly certificate: string;
  readonly key: KeyObject;
}

/** What a server or a client shows. */
export interface LeafRequest {
  readonly purpose: 'server' | 'client';
  readonly commonName: string;
  /** Empty for clients. */
  readonly names: readonly SubjectName[];
  readonly key: KeyObject;
}

/** Longest common name (RFC 5280, appendix A.1, ub-common-name). */
const longestCommonName = 64;

/** Makes the certificate of an authority, signed by its own key. Gives PEM. */
export function issueAuthority(commonName: string, key: KeyObject, validity: Validity): Promise<string> {
  return signItself([{ CN: [commonName.slice(0, longestCommonName)] }], key, validity);
}

/** Makes a later certificate of the same authority: what it signed before stays good under the new one. Gives PEM. */
export function renewAuthority({ certificate, key }: Authority, validity: Validity): Promise<string> {
  return signItself(new X509Certificate(certificate).subjectName, key, validity);
}

async function signItself(name: Name | JsonName, key: KeyObject, validity: Validity): Promise<string> {
  const { algorithm, ...keys } = toSigningKeys(key);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name,
      keys,
      ...validity,
      signingAlgorithm: algorithm,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return toPem(certificate);
}

/** Makes the certificate of a server or a client. Gives PEM. */
export async function issueLeaf(authority: Authority, leaf: LeafRequest, validity: Validity): Promise<string> {
  const issuer = new X509Certificate(authority.certificate);
  const { privateKey: signingKey, algorithm: signingAlgorithm } = toSigningKeys(authority.key);
  const { publicKey } = toSigningKeys(leaf.key);
  const subject = subjectOf(leaf);
  const usage = leaf.purpose === 'server' ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth;
  const certificate = await X509CertificateGenerator.create(
    {
      subject,
      // The name itself, not its text: clients compare the bytes.
      issuer: issuer.subjectName,
      publicKey,
      signingKey,
      signingAlgorithm,
      ...validity,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(keyUsages(leaf.key), true),
        new ExtendedKeyUsageExtension([usage]),
        // RFC 5280, 4.2.1.6: critical when the subject is empty.
        ...(leaf.names.length === 0
          ? []
          : [new SubjectAlternativeNameExtension([...leaf.names], subject.length === 0)]),
        await AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, webcrypto),
        await SubjectKeyIdentifierExtension.create(publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return toPem(certificate);
}

function subjectOf({ commonName }: LeafRequest): JsonName {
  return commonName.length > longestCommonName ? [] : [{ CN: [commonName] }];
}

/** TLS 1.2 may encrypt the session's key with an RSA key. */
function keyUsages(key: KeyObject): number {
  const { digitalSignature, keyEncipherment } = KeyUsageFlags;
  return key.asymmetricKeyType === 'rsa' ? digitalSignature | keyEncipherment : digitalSignature;
}

function toPem(certificate: X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}
