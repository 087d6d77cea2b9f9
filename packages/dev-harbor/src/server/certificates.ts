import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the TLS server needs; all PEM. */
export interface ServerCertificates {
  readonly caCertificate: string;
  readonly certificate: string;
  readonly key: string;
}

const monthMilliseconds = 30 * 86_400_000;

/**
 * The certificates of a data directory: `ca.crt`, `server.crt`, `server.key`. They are made when they are missing
 * or will end within a month. The authority's own key is never written: each authority signs once.
 */
export async function loadCertificates(directory: string, now: Date): Promise<ServerCertificates> {
  const file = (name: string) => join(directory, name);
  if (['ca.crt', 'server.crt', 'server.key'].every((name) => existsSync(file(name)))) {
    const certificate = readFileSync(file('server.crt'), 'utf8');
    if (Date.parse(new X509Certificate(certificate).validTo) > now.getTime() + monthMilliseconds) {
      return {
        caCertificate: readFileSync(file('ca.crt'), 'utf8'),
        certificate,
        key: readFileSync(file('server.key'), 'utf8'),
      };
    }
  }
  // The library takes a tenth of a second to load and is needed once.
  const { makeCertificates } = await import('./make-certificates.ts');
  const made = await makeCertificates(now);
  writeFileSync(file('server.key'), made.key, { mode: 0o600 });
  writeFileSync(file('server.crt'), made.certificate);
  writeFileSync(file('ca.crt'), made.caCertificate);
  return made;
}
