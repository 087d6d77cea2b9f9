import 'reflect-metadata';
import { createPrivateKey, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { ServerCertificates } from './certificates.ts';

const crypto = webcrypto;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMilliseconds = 86_400_000;

/** Makes an authority for ten years and one certificate of it for this machine. The authority's key is forgotten. */
export async function makeCertificates(now: Date): Promise<ServerCertificates> {
  const authorityKeys = await makeKeys();
  const serverKeys = await makeKeys();
  const notBefore = new Date(now.getTime() - dayMilliseconds);
  const authority = await X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=Harbor Pilot embedded Harbor CA',
      keys: authorityKeys.pair,
      notBefore,
      notAfter: new Date(now.getTime() + 3650 * dayMilliseconds),
      signingAlgorithm: algorithm,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(authorityKeys.pair.publicKey, false, crypto),
      ],
    },
    crypto,
  );
  const server = await makeServerCertificate(authority, authorityKeys.pair, serverKeys.pair, notBefore);
  return {
    caCertificate: `${authority.toString('pem')}\n`,
    certificate: `${server.toString('pem')}\n`,
    key: serverKeys.pem,
  };
}

/** Go and curl look at the alternative names only; Node, Go and Apple want the extended usage; Apple allows 825 days. */
async function makeServerCertificate(
  authority: X509Certificate,
  authorityKeys: webcrypto.CryptoKeyPair,
  serverKeys: webcrypto.CryptoKeyPair,
  notBefore: Date,
): Promise<X509Certificate> {
  return X509CertificateGenerator.create(
    {
      subject: 'CN=localhost',
      issuer: authority.subject,
      publicKey: serverKeys.publicKey,
      signingKey: authorityKeys.privateKey,
      notBefore,
      notAfter: new Date(notBefore.getTime() + 825 * dayMilliseconds),
      signingAlgorithm: algorithm,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension([
          { type: 'dns', value: 'localhost' },
          { type: 'ip', value: '127.0.0.1' },
          { type: 'ip', value: '::1' },
        ]),
        await AuthorityKeyIdentifierExtension.create(authority.publicKey, false, crypto),
        await SubjectKeyIdentifierExtension.create(serverKeys.publicKey, false, crypto),
      ],
    },
    crypto,
  );
}

async function makeKeys(): Promise<{ pair: webcrypto.CryptoKeyPair; pem: string }> {
  const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', pair.privateKey));
  const pem = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ type: 'pkcs8', format: 'pem' });
  return { pair, pem: pem.toString() };
}
