import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { BuildkitSite, Site } from '@harbor-pilot/certificates';
import { PilotError, registerSecret } from '@harbor-pilot/core';
import { type ClientIdentity, type HostTrust, pemCertificates } from '@harbor-pilot/http';

/**
 * What other programs have to be told of a registry, so that they trust it as the step does.
 * @returns undefined when that is nothing.
 * @throws PilotError KEY_INVALID when a PKCS#12 file cannot be taken apart.
 */
export async function siteOf(host: string, trust: HostTrust): Promise<BuildkitSite | undefined> {
  const { caCertificate, clientIdentity, ...unchecked } = trust;
  if (Object.keys(trust).length === 0) return undefined;
  return {
    ...unchecked,
    host,
    authorities: pemCertificates(caCertificate ?? '').map((pem) => new X509Certificate(pem)),
    ...(clientIdentity === undefined ? {} : { client: await clientOf(clientIdentity) }),
  };
}

/** Engines read the certificate and the key from two PEM files, and know no password. */
async function clientOf({ tls }: ClientIdentity): Promise<NonNullable<Site['client']>> {
  const { certificate, key } =
    tls.pfx === undefined ? fromPem(String(tls.cert), String(tls.key), tls.passphrase) : await fromPkcs12(tls);
  registerSecret(key);
  return { certificate, key };
}

function fromPem(text: string, key: string, passphrase: string | undefined): NonNullable<Site['client']> {
  const pem = key.slice(key.search(/-----BEGIN [A-Z ]*PRIVATE KEY-----/));
  const plain = createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) });
  return { certificate: `${pemCertificates(text).join('\n')}\n`, key: formatKey(plain) };
}

async function fromPkcs12({ pfx, passphrase = '' }: ClientIdentity['tls']): Promise<NonNullable<Site['client']>> {
  const { readPkcs12Identity } = await import('@harbor-pilot/certificates');
  try {
    const { certificates, key } = readPkcs12Identity(pfx as Buffer, passphrase);
    return { certificate: certificates.join(''), key: formatKey(key) };
  } catch (cause) {
    throw new PilotError('KEY_INVALID', 'the client certificate cannot be written for other programs', {
      cause,
      hint: 'They want PEM, and this PKCS#12 file cannot be converted here: give a PEM file with the certificate and its key.',
    });
  }
}

function formatKey(key: ReturnType<typeof createPrivateKey>): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
