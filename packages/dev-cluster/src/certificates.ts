// @peculiar/x509 needs the metadata API to be there when it is loaded.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** What a TLS server on loopback needs, and what its clients trust. All PEM. */
export interface ServerIdentity {
  readonly caCertificate: string;
  readonly certificate: string;
  readonly privateKey: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dayMilliseconds = 24 * 60 * 60 * 1000;
const serverAuth = '1.3.6.1.5.5.7.3.1';

/** Makes a certificate authority and a certificate of it for 127.0.0.1 and localhost, valid for 30 days. */
export async function createServerIdentity(now: Date): Promise<ServerIdentity> {
  const notBefore = new Date(now.getTime() - dayMilliseconds);
  const notAfter = new Date(now.getTime() + 30 * dayMilliseconds);
  const common = { notBefore, notAfter, signingAlgorithm: algorithm };
  const caKeys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const serverKeys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const ca = await X509CertificateGenerator.createSelfSigned({
    ...common,
    name: 'CN=dev-cluster CA',
    keys: caKeys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  const server = await X509CertificateGenerator.create({
    ...common,
    subject: 'CN=dev-cluster',
    issuer: ca.subject,
    publicKey: serverKeys.publicKey,
    signingKey: caKeys.privateKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([serverAuth]),
      new SubjectAlternativeNameExtension([
        { type: 'ip', value: '127.0.0.1' },
        { type: 'dns', value: 'localhost' },
      ]),
    ],
  });
  return {
    caCertificate: ca.toString('pem'),
    certificate: server.toString('pem'),
    privateKey: toPem(await webcrypto.subtle.exportKey('pkcs8', serverKeys.privateKey)),
  };
}

function toPem(key: ArrayBuffer): string {
  const lines = Buffer.from(key)
    .toString('base64')
    .match(/.{1,64}/g);
  return `-----BEGIN PRIVATE KEY-----\n${lines?.join('\n')}\n-----END PRIVATE KEY-----\n`;
}
