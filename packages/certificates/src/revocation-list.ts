import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  Extension,
  PemConverter,
  X509Certificate,
  X509Crl,
  X509CrlGenerator,
} from '@peculiar/x509';
import { Integer } from 'asn1js';
import type { Authority } from './issue.ts';
import { toSigningKeys } from './keys.ts';

/** A certificate that is good no more. */
export interface Revoked {
  /** Lower-case hexadecimal digits, without zeros in front but to whole bytes. */
  readonly serialNumber: string;
  readonly revokedAt: Date;
}

/** RFC 5280, 5.2.3. */
const crlNumberId = '2.5.29.20';

/** Reads the entries of a revocation list in PEM. */
export function readRevocationList(pem: string): readonly Revoked[] {
  return new X509Crl(pem).entries.map(({ serialNumber, revocationDate }) => ({
    serialNumber: serialNumber.toLowerCase().replace(/^(00)+/, ''),
    revokedAt: revocationDate,
  }));
}

/** Makes a revocation list, signed by the authority. Its number is the time, so that it grows from list to list. Gives PEM. */
export async function issueRevocationList(
  authority: Authority,
  revoked: readonly Revoked[],
  thisUpdate: Date,
  nextUpdate: Date,
): Promise<string> {
  const issuer = new X509Certificate(authority.certificate);
  const { privateKey, algorithm } = toSigningKeys(authority.key);
  const list = await X509CrlGenerator.create(
    {
      issuer: issuer.subjectName,
      thisUpdate,
      nextUpdate,
      signingKey: privateKey,
      signingAlgorithm: algorithm,
      entries: revoked.map(({ serialNumber, revokedAt }) => ({
        // A number that begins with a high bit would be negative.
        serialNumber: /^[89a-f]/.test(serialNumber) ? `00${serialNumber}` : serialNumber,
        revocationDate: revokedAt,
      })),
      extensions: [
        await AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, webcrypto),
        new Extension(crlNumberId, false, Integer.fromBigInt(BigInt(thisUpdate.getTime())).toBER()),
      ],
    },
    webcrypto,
  );
  // The library writes "CRL", which OpenSSL does not know (RFC 7468, 7: "X509 CRL").
  return `${PemConverter.encode(list.rawData, 'X509 CRL')}\n`;
}
