import { createCertificates } from '@harbor-pilot/certificates';

/**
 * Makes an authority (`ca.crt`), a certificate for a server (`HOST.crt`, `HOST.key`) and one for the client `ci`.
 * @param pkcs12Password for the same as PKCS#12.
 */
export async function makeCertificates(directory: string, host: string, pkcs12Password?: string): Promise<void> {
  await createCertificates({
    directory,
    hosts: [host],
    clients: ['ci'],
    keyType: 'ecdsa-p256',
    durationDays: 2,
    authorityDurationDays: 20,
    force: false,
    ...(pkcs12Password === undefined ? {} : { pkcs12Password }),
    now: new Date(),
  });
}
