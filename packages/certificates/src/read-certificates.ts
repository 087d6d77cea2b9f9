import { X509Certificate } from 'node:crypto';
import { PilotError } from '@harbor-pilot/core';
import { isPkcs12, readPkcs12 } from './pkcs12.ts';

const pemBlock = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]*-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/**
 * All certificates in the content of a file: PEM, DER or PKCS#12. None in a PEM file that holds other things.
 * @param path for the error.
 * @param password of a PKCS#12 file.
 * @throws PilotError INPUT_INVALID
 */
export function readCertificates(path: string, content: Buffer, password = ''): readonly X509Certificate[] {
  if (isPkcs12(content)) return openPkcs12(path, content, password);
  const text = content.toString('latin1');
  try {
    if (!text.includes('-----BEGIN ')) return [new X509Certificate(content)];
    return [...text.matchAll(pemBlock)].map(([block]) => new X509Certificate(block));
  } catch (cause) {
    throw new PilotError('INPUT_INVALID', `${path} holds a certificate that cannot be read`, {
      cause,
      hint: 'It must be PEM, DER or PKCS#12; look at it with "openssl x509 -text".',
    });
  }
}

function openPkcs12(path: string, content: Buffer, password: string): readonly X509Certificate[] {
  try {
    return readPkcs12(content, password);
  } catch (cause) {
    throw new PilotError(
      'INPUT_INVALID',
      `${path} cannot be opened: ${cause instanceof Error ? cause.message : cause}`,
      {
        cause,
        hint: 'Give its password in HARBOR_PILOT_PKCS12_PASSWORD or with --password-stdin.',
      },
    );
  }
}
